"""The server as an ASGI application: with a responder, with further routes, and under any ASGI server."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI
from starlette.applications import Starlette
from starlette.routing import Mount

from pytest_fakeopenai import ApiError, Chunks, Pace, RateLimit, RecordedRequest, Reply, ToolCall, create_app
from pytest_fakeopenai.clients import pool
from pytest_fakeopenai.pipeline.operate import operate
from pytest_fakeopenai.pipeline.operation import Operation

from .programs import started
from .server.peers import ask, connected, fetch, serving

TOOL: Any = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}


@pytest.fixture(autouse=True)
def close_pool_after_each_test() -> Iterator[None]:
    yield
    pool.close_pool()


def plain(base_url: str, **options: Any) -> OpenAI:
    """A client with a base URL of the test's own, over the shared connections."""
    return OpenAI(api_key="fake-api-key", base_url=base_url, http_client=pool.http(), **options)


def complete(client: OpenAI, text: str = "Hi", **options: Any) -> Any:
    messages: Any = [{"role": "user", "content": text}]
    return client.chat.completions.create(model="gpt-4o", messages=messages, **options)


def content(client: OpenAI, text: str = "Hi") -> str:
    return str(complete(client, text).choices[0].message.content)


def pieces(client: OpenAI, text: str = "Hi") -> Iterator[str]:
    with complete(client, text, stream=True) as chunks:
        for chunk in chunks:
            if piece := chunk.choices[0].delta.content:
                yield piece


@pytest.fixture(scope="module")
def uvicorn_url() -> Iterator[str]:
    """The root of the application's URLs as anybody serves it."""
    with started("uvicorn", "pytest_fakeopenai.app:app", "--port", "0", "--lifespan", "on") as program:
        yield program.wait_for_url()


@pytest.mark.parametrize("path", ["", "/", "/v1"])
def test_answers_the_official_client_under_uvicorn(uvicorn_url: str, path: str) -> None:
    client = plain(uvicorn_url + path)
    messages: Any = [{"role": "user", "content": "Say this is a test"}]
    completion = client.chat.completions.create(model="gpt-1337-turbo-pro-max", messages=messages)
    assert "Say this is a test" in (completion.choices[0].message.content or "")
    assert completion.model == "gpt-1337-turbo-pro-max"


@pytest.mark.parametrize("path", ["", "/v1"])
def test_streams_word_by_word_under_uvicorn(uvicorn_url: str, path: str) -> None:
    client = plain(uvicorn_url + path)
    messages: Any = [{"role": "user", "content": "Say this is a test"}]
    stream = client.chat.completions.create(model="mock-gpt-model", messages=messages, stream=True)
    # every chunk has a first choice, as a client may rely on
    texts = [chunk.choices[0].delta.content or "" for chunk in stream]
    assert [word.strip() for word in texts if word] == ["Say", "this", "is", "a", "test"]
    assert "".join(texts) == "Say this is a test"


def test_refuses_an_empty_conversation_as_the_api_does(uvicorn_url: str) -> None:
    with pytest.raises(openai.BadRequestError, match="empty array") as raised:
        plain(uvicorn_url).chat.completions.create(model="gpt-4o", messages=[])
    assert raised.value.param == "messages"


def test_takes_any_key(uvicorn_url: str) -> None:
    for key in ("fake-api-key", "sk-proj-1", "x"):
        assert content(plain(uvicorn_url).with_options(api_key=key)) == "Hi"


def test_cuts_the_connection_under_any_server(tmp_path: Path) -> None:
    (tmp_path / "cutting.py").write_text(
        "from pytest_fakeopenai import Disconnect, Reply, create_app\n"
        "app = create_app(lambda request: Reply('one', Disconnect()) if request.text == 'cut' else request.text)\n"
    )
    with started("uvicorn", "cutting:app", "--port", "0", cwd=tmp_path) as program:
        url = program.wait_for_url()
        client = plain(url, max_retries=0)
        streamed = pieces(client, "cut")
        assert next(streamed) == "one"
        with pytest.raises(Exception, match=r"(?i)connection error|peer closed|incomplete"):
            next(streamed)
        with pytest.raises(openai.APIConnectionError):
            content(client, "cut")
        assert content(client, "whole") == "whole"


def say(request: RecordedRequest) -> str:
    return f"heard {request.text}"


async def say_later(request: RecordedRequest) -> str:
    await asyncio.sleep(0)
    return f"heard {request.text}"


def say_in_pieces(request: RecordedRequest) -> Iterator[str]:
    yield "heard "
    yield request.text


async def say_in_pieces_later(request: RecordedRequest) -> AsyncIterator[object]:
    yield Chunks("heard ")
    yield request.text


class Sayer:
    def __call__(self, request: RecordedRequest) -> Reply:
        return Reply("heard ", request.text)


class LaterSayer:
    async def __call__(self, request: RecordedRequest) -> str:
        return f"heard {request.text}"


@pytest.mark.parametrize(
    "responder",
    [say, say_later, say_in_pieces, say_in_pieces_later, Sayer(), LaterSayer(), lambda request: say_later(request)],
)
def test_answers_with_what_any_callable_says(responder: Any) -> None:
    with serving(create_app(responder)) as url:
        client = pool.client(url)
        assert [content(client), "".join(pieces(client)), content(client, "again")] == ["heard Hi"] * 2 + [
            "heard again"
        ]
        assert client.responses.create(model="gpt-4o", input="Hi").output_text == "heard Hi"
        assert client.completions.create(model="gpt-3.5-turbo-instruct", prompt="Hi").choices[0].text == "heard Hi"


def test_shows_a_responder_the_whole_request() -> None:
    seen: list[RecordedRequest] = []

    def responder(request: RecordedRequest) -> object:
        seen.append(request)
        return ToolCall("look", {}) if request.tool_names else "done"

    with serving(create_app(responder)) as url:
        completion = complete(pool.client(url), tools=[TOOL])
        text = content(pool.client(url))
    assert (completion.choices[0].message.tool_calls[0].function.name, text) == ("look", "done")
    assert [request.messages for request in seen] == [[{"role": "user", "content": "Hi"}]] * 2
    assert [(request.number, request.endpoint) for request in seen] == [
        (1, "chat.completions"),
        (2, "chat.completions"),
    ]


def test_streams_a_generator_while_it_speaks() -> None:
    received = threading.Event()

    def responder(request: RecordedRequest) -> Iterator[str]:
        yield "one "
        assert received.wait(20)
        yield "two"

    with serving(create_app(responder)) as url:
        streamed = pieces(pool.client(url))
        assert next(streamed) == "one "
        received.set()
        assert list(streamed) == ["two"]


def test_answers_others_while_a_responder_is_busy() -> None:
    finish = threading.Event()

    def responder(request: RecordedRequest) -> str:
        assert request.text != "slow" or finish.wait(20)
        return request.text

    with serving(create_app(responder)) as url:
        slow: list[str] = []
        thread = threading.Thread(target=lambda: slow.append(content(pool.client(url), "slow")))
        thread.start()
        assert content(pool.client(url), "quick") == "quick"
        assert slow == []
        finish.set()
        thread.join(20)
    assert slow == ["slow"]


def boom(request: RecordedRequest) -> str:
    raise KeyError("no such thing")


async def boom_later(request: RecordedRequest) -> str:
    raise KeyError("no such thing")


def boom_in_pieces(request: RecordedRequest) -> Iterator[str]:
    yield from ()
    raise KeyError("no such thing")


@pytest.mark.parametrize("responder", [boom, boom_later, boom_in_pieces])
@pytest.mark.parametrize("stream", [False, True])
def test_answers_an_error_when_the_responder_fails_and_lives_on(responder: Any, stream: bool) -> None:
    with serving(create_app(lambda request: responder(request) if request.text == "fail" else "fine")) as url:
        client = pool.client(url)
        with pytest.raises(openai.APIError, match="KeyError: 'no such thing'") as raised:
            list(complete(client, "fail", stream=True)) if stream else complete(client, "fail")
        assert raised.value.code == "callable_failed"
        assert content(client) == "fine"


@pytest.mark.parametrize("raising", [False, True], ids=["returned", "raised"])
@pytest.mark.parametrize(
    ("error", "expected"),
    [(RateLimit(), openai.RateLimitError), (ApiError(418, "short and stout"), openai.APIStatusError)],
)
def test_answers_the_error_that_the_responder_says(
    error: ApiError, expected: type[openai.APIStatusError], raising: bool
) -> None:
    def responder(request: RecordedRequest) -> object:
        if raising:
            raise error
        return error

    with serving(create_app(responder)) as url, pytest.raises(expected) as raised:
        complete(pool.client(url).with_options(max_retries=0))
    assert (raised.value.status_code, raised.value.body) == (error.status, error.body("gpt-4o"))


def test_spaces_every_answer_by_its_pace() -> None:
    with serving(create_app(pace=Pace(first=3600))) as slow, serving(create_app(pace=Pace(between=3600))) as hanging:
        with pytest.raises(openai.APITimeoutError):
            complete(pool.client(slow).with_options(max_retries=0), timeout=0.1)
        assert next(pieces(pool.client(hanging), "one two")) == "one"


WORDS = "one two three"
STREAMED: dict[str, Any] = {
    "/v1/chat/completions": {"model": "gpt-4o", "messages": [{"role": "user", "content": WORDS}]},
    "/v1/responses": {"model": "gpt-4o", "input": WORDS},
    "/v1/completions": {"model": "gpt-3.5-turbo-instruct", "prompt": WORDS},
}


@pytest.mark.parametrize("path", STREAMED)
def test_sends_a_stream_without_pauses_in_one_message(path: str) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": json.dumps({**STREAMED[path], "stream": True}).encode()}

    async def send(message: Any) -> None:
        sent.append(message)

    async def ask_once() -> None:
        scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": []}
        await create_app()(scope, receive, send)

    asyncio.run(ask_once())
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert (sent[0]["status"], sent[1]["body"].count(b"data: ") > 3) == (200, True)


def test_serves_further_operations() -> None:
    ping = Operation("GET", "/ping/{name}", "ping", operate(lambda context: {"pong": context.path["name"]}))
    with serving(create_app(routes=[ping])) as url:
        assert [fetch(url, f"{prefix}/ping/me").json for prefix in ("", "/v1")] == [{"pong": "me"}] * 2
        assert content(pool.client(url)) == "Hi"
    with serving(create_app()) as url:
        assert fetch(url, "/ping/me").status == 404


@pytest.mark.parametrize(
    ("paths", "complaint"),
    [
        (["/models"], "two operations answer GET /models"),
        (["/ping", "/ping"], "two operations answer GET /ping"),
    ],
)
def test_refuses_two_operations_of_one_path(paths: list[str], complaint: str) -> None:
    routes = [Operation("GET", path, "mine", operate(lambda context: {})) for path in paths]
    with pytest.raises(ValueError, match=f"^{complaint}$"):
        create_app(routes=routes)


def test_prefers_a_fixed_path_to_one_with_parameters() -> None:
    fixed = Operation("GET", "/models/mine", "mine", operate(lambda context: {"mine": True}))
    with serving(create_app(routes=[fixed])) as url:
        assert fetch(url, "/v1/models/mine").json == {"mine": True}
        assert fetch(url, "/v1/models/gpt-4o").json["id"] == "gpt-4o"


def test_gives_every_application_its_own_state() -> None:
    with serving(create_app()) as first, serving(create_app()) as second:
        stored = pool.client(first).responses.create(model="gpt-4o", input="Hi")
        assert pool.client(first).responses.retrieve(stored.id).output_text == "Hi"
        with pytest.raises(openai.NotFoundError):
            pool.client(second).responses.retrieve(stored.id)


@pytest.mark.parametrize("path", ["/llm", "/llm/v1"])
def test_may_be_mounted_in_another_application(path: str) -> None:
    with serving(Starlette(routes=[Mount("/llm", create_app())])) as url:
        assert content(plain(url + path)) == "Hi"
        assert fetch(url, "/v1/models").status == 404


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "/v1/nothing", 404, None), ("PUT", "/v1/chat/completions", 405, "method_not_supported")],
)
def test_words_unknown_urls_and_methods_as_the_api_does(method: str, path: str, status: int, code: str | None) -> None:
    with serving(create_app()) as url, connected(url) as connection:
        response = ask(connection, method, path)
    assert (response.status, response.json["error"]["code"]) == (status, code)
    assert f"{method} " in response.json["error"]["message"]
