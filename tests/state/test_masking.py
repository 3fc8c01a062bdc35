"""Credentials: whole where a test takes them by name, masked wherever something shows them."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.state.masking import Masked, masked

from ..plugin.support import run
from ..verdicts import verdict_of

KEY = "sk-proj-x4Pz81kQm2Lr"
SERVER: Any = {
    "type": "mcp",
    "server_label": "shop",
    "server_url": "https://example.com/mcp",
    "authorization": KEY,
    "headers": {"X-Api-Key": KEY, "x-trace": "t-1"},
}


@pytest.mark.parametrize(
    "name",
    [
        *("authorization", "Authorization", "proxy-authorization", "api-key", "x-api-key", "ocp-apim-subscription-key"),
        *(
            "cookie",
            "x-auth",
            "x-auth-token",
            "x-client-secret",
            "openai-ephemeral-token",
            "access_token",
            "sig",
            "key",
        ),
    ],
)
def test_masks_what_names_a_credential(name: str) -> None:
    assert repr(masked(name, KEY)) == "'***'"
    assert repr(masked(name, f"Bearer {KEY}")) == "'Bearer ***'"
    assert repr({name: masked(name, KEY)}) == str({name: "***"})


@pytest.mark.parametrize(
    "name",
    [
        *("content-type", "user-agent", "idempotency-key", "openai-organization", "openai-project", "x-author"),
        *("x-stainless-retry-count", "openai-beta", "api-version", "x-request-id", "sec-websocket-key"),
    ],
)
def test_leaves_other_headers_as_they_are(name: str) -> None:
    assert repr(masked(name, KEY)) == repr(KEY)


def test_is_the_text_itself_in_every_use() -> None:
    text = masked("authorization", f"Bearer {KEY}")

    assert isinstance(text, Masked)
    assert text == f"Bearer {KEY}" == f"{text}" == str(text)
    assert hash(text) == hash(f"Bearer {KEY}")
    assert text.removeprefix("Bearer ") == KEY
    assert json.dumps([text]) == f'["Bearer {KEY}"]'
    for other in (copy.copy(text), copy.deepcopy(text), pickle.loads(pickle.dumps(text))):
        assert (other, repr(other)) == (text, "'Bearer ***'")


def test_shows_the_key_of_the_fake_itself(fake_openai: FakeOpenAI) -> None:
    fake_openai.client.models.list()

    assert repr(fake_openai.requests.only.headers["authorization"]) == f"'Bearer {fake_openai.api_key}'"
    assert masked("authorization", "") == ""


def test_masks_the_keys_of_adopted_clients(fake_openai: FakeOpenAI) -> None:
    clients = [
        openai.OpenAI(api_key=KEY, base_url="https://example.com/v1", default_headers={"cookie": KEY}),
        openai.AzureOpenAI(api_key=KEY, azure_endpoint="https://example.com", api_version="2024-10-21"),
    ]
    for client in clients:
        fake_openai.adopt(client).models.list(extra_query={"api-key": KEY, "limit": "1"})

    for request in fake_openai.requests:
        assert KEY not in repr(request.headers) + repr(request.query) + repr(request) + fake_openai.transcript
        assert request.query == {**request.query, "api-key": KEY, "limit": "1"}
    plain, azure = fake_openai.requests
    assert (plain.headers["authorization"], plain.headers["cookie"]) == (f"Bearer {KEY}", KEY)
    assert azure.headers["api-key"] == KEY


def test_masks_the_credentials_of_remote_tools(fake_openai: FakeOpenAI) -> None:
    fake_openai.client.responses.create(model="gpt-4o", input=f"Is {KEY} a key?", tools=[SERVER], max_output_tokens=50)

    request = fake_openai.requests.only
    assert request.json["tools"] == request.tools == [SERVER]
    assert KEY not in repr(request.json["tools"]) + repr(request.tools)
    assert "'x-trace': 't-1'" in repr(request.json)
    assert repr(request.json["max_output_tokens"]) == "50"


def test_masks_credentials_in_the_words_of_a_miss(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(header={"authorization": f"Bearer {KEY}-wanted"}).always("a")
    fake_openai.when(body={"tools": [{**SERVER, "authorization": f"{KEY}-wanted"}]}).always("b")
    fake_openai.when(header={"authorization": "x" * 500 + KEY}).always("c")
    client = openai.OpenAI(api_key=KEY, base_url=fake_openai.base_url)

    with pytest.raises(openai.BadRequestError) as caught:
        client.responses.create(model="gpt-4o", input="Hi", tools=[SERVER])

    for text in (str(verdict_of(fake_openai)), caught.value.response.json()["error"]["message"]):
        assert "header 'authorization': 'Bearer ***' does not contain 'Bearer ***'" in text
        assert "x-trace" in text or "shop" in text
        assert KEY not in text


def test_matches_credentials_as_they_are(fake_openai: FakeOpenAI) -> None:
    client = openai.OpenAI(api_key=KEY, base_url=fake_openai.base_url)
    client.responses.create(model="gpt-4o", input="Hi", tools=[SERVER])
    requests = fake_openai.requests

    assert len(requests.where(header={"authorization": KEY})) == 1
    assert len(requests.where(header={"authorization": f"{KEY}-other"})) == 0
    assert len(requests.where(body={"tools": [SERVER]})) == 1
    assert len(requests.where(body={"tools": [{**SERVER, "authorization": "other"}]})) == 0


def test_keeps_keys_out_of_the_diffs_of_pytest(pytester: pytest.Pytester) -> None:
    source = f"""
    def test_it(fake_openai):
        client = fake_openai.adopt(openai.OpenAI(api_key="{KEY}", base_url="https://example.com/v1"))
        headers = {{}}
        client.models.list()
        request = fake_openai.requests.only
        assert request.headers["authorization"] == "Bearer " + client.api_key
        assert request.headers == headers
    """
    report = run(pytester, source, "-vv").failure()
    shown = [line for line in report.longreprtext.splitlines() if line.startswith("E")]

    assert any("'authorization': 'Bearer ***'" in line for line in shown)
    assert not any(KEY in line for line in shown)
