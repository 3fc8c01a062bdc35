"""Models: the catalogue, and any name that an application may use."""

from __future__ import annotations

import json
import urllib.parse

import openai
import pytest

from pytest_fakeopenai import ApiError, FakeOpenAI, FakeOpenAIServer

from ._requests import HI, both_clients, call_method, error, send


@both_clients
def test_lists_the_catalogue_unpaged(fake_openai: FakeOpenAI, kind: str) -> None:
    answer = send(fake_openai, "GET", "/v1/models?limit=1&after=x")
    assert list(answer.json) == ["object", "data"]
    assert answer.body.decode().rstrip("\n") == json.dumps(answer.json, indent=2)
    models = call_method(fake_openai, kind, "models.list").data
    assert [model.to_dict() for model in models] == answer.json["data"]
    assert {"gpt-4o", "gpt-4o-mini", "gpt-5", "text-embedding-3-small"} <= {model.id for model in models}
    assert {(model.object, model.owned_by, type(model.created)) for model in models} == {("model", "system", int)}


@both_clients
@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("gpt-4o-mini", "system"),
        ("never-heard-of", "user-fakeopenai"),
        ("ft:gpt-4o-mini:acme::abc", "user-fakeopenai"),
        ("meta-llama/Llama-3.1-8B", "user-fakeopenai"),
    ],
)
def test_retrieves_every_model(fake_openai: FakeOpenAI, kind: str, name: str, owner: str) -> None:
    model = call_method(fake_openai, kind, "models.retrieve", name)
    assert (model.id, model.object, model.owned_by) == (name, "model", owner)
    assert fake_openai.requests.only.endpoint == "models.retrieve"


def test_reads_an_escaped_name(fake_openai: FakeOpenAI) -> None:
    path = urllib.parse.quote("a b/ü%2F?#", safe="")
    assert send(fake_openai, "GET", f"/v1/models/{path}").json["id"] == "a b/ü%2F?#"


def test_dates_a_known_model(fake_openai: FakeOpenAI) -> None:
    assert send(fake_openai, "GET", "/v1/models/gpt-4o-mini").json == {
        "id": "gpt-4o-mini",
        "object": "model",
        "created": 1721172741,
        "owned_by": "system",
    }


def test_lacks_a_model_where_a_rule_says(fake_openai: FakeOpenAI) -> None:
    gone = ApiError(404, "The model 'x' does not exist", param="model", code="model_not_found")
    fake_openai.when(endpoint="models.retrieve", matches=lambda request: request.path.endswith("/x")).always(gone)
    with pytest.raises(openai.NotFoundError) as caught:
        fake_openai.client.models.retrieve("x")
    assert (caught.value.code, caught.value.param) == ("model_not_found", "model")
    assert fake_openai.client.models.retrieve("y").id == "y"


def test_has_no_model_without_a_name(fake_openai: FakeOpenAI) -> None:
    answer = send(fake_openai, "GET", "/v1/models/")
    assert (answer.status, answer.json) == (404, error("Invalid URL (GET /v1/models/)"))


@both_clients
def test_deletes_a_model_that_is_the_users_own(kind: str, fake_openai_server: FakeOpenAIServer) -> None:
    name = "ft:gpt-4o-mini:acme::abc"
    with fake_openai_server.open(models=[name, "gpt-4o"]) as fake:
        gone = call_method(fake, kind, "models.delete", name)
        assert gone.to_dict() == {"id": name, "object": "model", "deleted": True}
        assert [model.id for model in fake.client.models.list()] == ["gpt-4o"]
        for operation in ("models.retrieve", "models.delete"):
            with pytest.raises(openai.NotFoundError) as caught:
                call_method(fake, kind, operation, name)
            expected = error(f"The model '{name}' does not exist", param="model", code="model_not_found")
            assert caught.value.body == expected["error"]
        with pytest.raises(openai.NotFoundError, match="does not exist or you do not have access"):
            fake.client.chat.completions.create(model=name, messages=HI)


@both_clients
@pytest.mark.parametrize("name", ["ft:gpt-4o-mini:acme::abc", "never-heard-of"])
def test_does_not_delete_what_is_not_there(fake_openai: FakeOpenAI, kind: str, name: str) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        call_method(fake_openai, kind, "models.delete", name)
    assert (caught.value.code, caught.value.param) == ("model_not_found", "model")


@both_clients
@pytest.mark.parametrize("name", ["gpt-4o", "gpt-4o-2024-05-13", "text-embedding-3-small"])
def test_does_not_delete_a_model_of_openais(fake_openai: FakeOpenAI, kind: str, name: str) -> None:
    with pytest.raises(openai.PermissionDeniedError) as caught:
        call_method(fake_openai, kind, "models.delete", name)
    expected = error(f"You do not have permission to delete the model '{name}'.", param="model")
    assert caught.value.body == expected["error"]


@pytest.mark.fake_openai(assume_exists=True)
def test_deletes_a_model_that_is_assumed(fake_openai: FakeOpenAI) -> None:
    for _ in range(2):
        assert fake_openai.client.models.delete("ft:gpt-4o-mini:acme::abc").deleted
