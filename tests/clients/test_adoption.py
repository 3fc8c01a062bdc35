"""Clients that exist already, pointed at the fake and put back."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI

from .test_pool import aask, ask

ELSEWHERE = "http://elsewhere.invalid"
AZURE = {"api_version": "2024-06-01", "azure_endpoint": ELSEWHERE}
Client = openai.OpenAI | openai.AsyncOpenAI

# class, options, the path of a chat completion when adopted, and the model that the request names
CLIENTS = [
    pytest.param(openai.OpenAI, {"base_url": f"{ELSEWHERE}/v1"}, "/v1/chat/completions", "gpt-4o", id="OpenAI"),
    pytest.param(openai.OpenAI, {"base_url": f"{ELSEWHERE}/llm"}, "/v1/chat/completions", "gpt-4o", id="other path"),
    pytest.param(openai.AsyncOpenAI, {"base_url": ELSEWHERE}, "/v1/chat/completions", "gpt-4o", id="AsyncOpenAI"),
    *(
        pytest.param(cls, {**AZURE, **options}, f"/openai/deployments/{model}/chat/completions", model, id=name)
        for cls in (openai.AzureOpenAI, openai.AsyncAzureOpenAI)
        for options, model, name in (
            ({}, "gpt-4o", cls.__name__),
            ({"azure_deployment": "mine"}, "mine", f"{cls.__name__} with a deployment"),
            ({"azure_endpoint": f"{ELSEWHERE}/openai-gateway"}, "gpt-4o", f"{cls.__name__} behind a gateway"),
            ({"base_url": f"{ELSEWHERE}/llm", "azure_endpoint": None}, "gpt-4o", f"{cls.__name__} with a base URL"),
        )
    ),
]


@pytest.fixture
def own_client(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A client as an application makes one before any test begins."""
    cls, options = request.param
    client = cls(**{"api_key": "own", "max_retries": 0, **options})
    yield client
    if isinstance(client, openai.AsyncOpenAI):
        asyncio.run(client.close())
    else:
        client.close()


def chat(client: Any) -> str:
    """What a client is answered to a chat completion request."""
    messages = [{"role": "user", "content": "Hi"}]
    answer = client.chat.completions.create(model="gpt-4o", messages=messages)
    if isinstance(client, openai.AsyncOpenAI):
        answer = asyncio.run(answer)
    return str(answer.choices[0].message.content)


def address(client: Any) -> list[object]:
    """Where a client speaks to, and through which HTTP client."""
    return [getattr(client, name, None) for name in ("_base_url", "_azure_endpoint", "_client", "base_url", "api_key")]


def by_class(*cases: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("own_client", "path", "model"),
        [pytest.param(case.values[:2], *case.values[2:], id=case.id) for case in cases],
        indirect=["own_client"],
    )


@by_class(*CLIENTS)
def test_points_a_client_at_the_fake_until_the_end(own_client: Any, path: str, model: str) -> None:
    before = address(own_client)
    with FakeOpenAI() as fake:
        assert fake.adopt(own_client) is own_client
        assert chat(own_client) == "Hi"
        assert (fake.requests.only.path, fake.requests.only.model) == (path, model)
    assert address(own_client) == before


@by_class(*CLIENTS)
def test_points_copies_of_an_adopted_client_at_the_fake(
    fake_openai: FakeOpenAI, own_client: Any, path: str, model: str
) -> None:
    copy = fake_openai.adopt(own_client).with_options(timeout=20, max_retries=1)
    assert (chat(copy), fake_openai.requests.only.path) == ("Hi", path)


@by_class(*CLIENTS)
def test_puts_a_client_back_after_a_failure(own_client: Any, path: str, model: str) -> None:
    before = address(own_client)

    def fail() -> None:
        with FakeOpenAI() as fake:
            fake.adopt(own_client)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert address(own_client) == before


@by_class(*CLIENTS)
def test_hands_an_adopted_client_back_to_the_fake_outside(own_client: Any, path: str, model: str) -> None:
    before = address(own_client)
    with FakeOpenAI() as outer:
        outer.adopt(own_client)
        with FakeOpenAI() as inner:
            inner.adopt(inner.adopt(own_client))
            assert chat(own_client) == "Hi"
        assert chat(own_client) == "Hi"
        assert (len(inner.requests), len(outer.requests)) == (1, 1)
    assert address(own_client) == before


@by_class(*(case for case in CLIENTS if "Async" in str(case.id)))
def test_lets_an_asynchronous_client_of_a_module_live_in_every_loop(
    fake_openai: FakeOpenAI, own_client: openai.AsyncOpenAI, path: str, model: str
) -> None:
    fake_openai.adopt(own_client)
    assert [ask(own_client, text) for text in ("first", "second", "third")] == ["first", "second", "third"]


@pytest.mark.parametrize("own_client", [(openai.AsyncOpenAI, {"base_url": ELSEWHERE})], indirect=True)
def test_lets_copies_made_before_the_adoption_go_their_own_way(fake_openai: FakeOpenAI, own_client: Any) -> None:
    copy = own_client.with_options(timeout=20)
    fake_openai.adopt(own_client)
    assert str(copy.base_url).startswith(ELSEWHERE)


@pytest.mark.parametrize("subclassed", [False, True])
@pytest.mark.parametrize("cls", [openai.OpenAI, openai.AsyncOpenAI])
def test_keeps_an_http_client_of_the_users_own(fake_openai: FakeOpenAI, cls: type[Any], subclassed: bool) -> None:
    base: Any = openai.DefaultHttpxClient if cls is openai.OpenAI else openai.DefaultAsyncHttpxClient
    own = type("Own", (base,), {"__module__": __name__}) if subclassed else base
    client = fake_openai.adopt(cls(api_key="own", base_url=ELSEWHERE, http_client=own(headers={"x-own": "yes"})))
    if isinstance(client, openai.AsyncOpenAI):
        asyncio.run(ask_and_close(client))
    else:
        with client:
            ask(client)
    assert fake_openai.requests.only.headers["x-own"] == "yes"


async def ask_and_close(client: openai.AsyncOpenAI) -> None:
    async with client:
        await aask(client)


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("cls", [openai.OpenAI, openai.AsyncOpenAI])
def test_leads_a_client_past_the_proxy_that_it_was_made_with(
    monkeypatch: pytest.MonkeyPatch, variable: str, cls: type[Any]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        monkeypatch.setenv(variable, f"http://127.0.0.1:{closed.getsockname()[1]}")
    client = cls(api_key="own", base_url=ELSEWHERE, max_retries=0)
    with FakeOpenAI() as fake:
        assert chat(fake.adopt(client)) == "Hi"
    if cls is openai.OpenAI:
        client.close()
    else:
        asyncio.run(client.close())


@pytest.mark.parametrize("other", [None, "https://api.openai.com/v1", openai, openai.OpenAI, object()])
def test_refuses_what_is_not_a_client(fake_openai: FakeOpenAI, other: Any) -> None:
    with pytest.raises(TypeError, match=r"^adopt\(\) takes an OpenAI client, got \w+: "):
        fake_openai.adopt(other)


@pytest.mark.parametrize("own_client", [(openai.OpenAI, {"base_url": ELSEWHERE})], indirect=True)
def test_cannot_adopt_once_the_fake_is_over(own_client: openai.OpenAI) -> None:
    with FakeOpenAI() as fake:
        pass
    before = address(own_client)
    with pytest.raises(RuntimeError, match="is not active"):
        fake.adopt(own_client)
    assert address(own_client) == before
