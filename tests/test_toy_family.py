"""A family that the package does not know, made of public names alone: one module gives it all that others have."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

import pytest_fakeopenai
from pytest_fakeopenai import ApiError, Chunks, RecordedRequest, Reply, Text, ToolCall, create_app, extending
from pytest_fakeopenai.extending import (
    Boolean,
    Call,
    Content,
    Cut,
    Event,
    FrontEnd,
    Integer,
    Json,
    Object,
    Operation,
    Parameters,
    RequestContext,
    String,
    Surface,
    as_text,
    named_model,
    operate,
    read_body,
    refuse,
    scripted,
)

from .server.peers import Response, fetch, serving


class HaikuBuilder:
    """A haiku: fed with parts, it yields an event for each piece and becomes the blocking body."""

    def __init__(self, call: Call, reply: Reply, context: RequestContext, cut: Cut) -> None:
        self._model = context.model_of(call, reply)
        self._cut = cut
        self._choices: list[list[str]] = [[] for _ in reply.choices or [reply] * call.n]

    def open(self) -> Iterable[Event]:
        """The event that begins a haiku."""
        yield event("haiku.begun", {})

    def add(self, part: Content, index: int) -> Iterable[Event]:
        """An event for each piece of a text."""
        for piece in self._cut(part):
            self._choices[index].append(piece)
            yield event("haiku.piece", {"index": index, "piece": piece}, is_piece=True)

    def end(self, index: int) -> Iterable[Event]:
        """Nothing ends one of several."""
        return ()

    def close(self) -> Iterable[Event]:
        """The event with the whole."""
        yield event("haiku.done", self.body())

    def fail(self, error: ApiError) -> Iterable[Event]:
        """The event of an error in mid-stream."""
        yield event("error", error.body())

    def body(self) -> Json:
        """The haiku as far as it has come."""
        return {"object": "haiku", "model": self._model, "haiku": ["".join(each) for each in self._choices]}


def event(name: str, value: object, *, is_piece: bool = False) -> Event:
    """An event of a haiku's stream."""
    return Event([json.dumps(value).encode()], name, is_piece=is_piece)


class HaikuContract:
    """What is refused of haiku beyond types."""

    def field_errors(self, body: Json) -> Iterator[ApiError]:
        """A topic that nobody wants to read of."""
        if body.get("topic") == "war":
            yield ApiError(400, "Nobody wants to read of war.", param="topic")

    def call_errors(self, call: Call) -> Iterator[ApiError]:
        """Too many at once for a small model."""
        if call.model.endswith("mini") and call.n > 1:
            yield ApiError(400, "One at a time.", param="n")


def read(body: Json, context: RequestContext) -> Call:
    """The call that a request for haiku makes."""
    topic, count = as_text(body.get("topic")), body.get("n", 1)
    messages = [{"role": "user", "content": topic}]
    return Call("haiku", named_model(context, body), body, messages=messages, text=topic, n=count)


FIELDS = {"model": String(), "topic": String(most=20), "n": Integer(1, 3), "stream": Boolean()}
SURFACE = Surface(
    endpoint="haiku",
    carries=(Text, Chunks),
    has_choices=True,
    parameters=Parameters(shape=Object(FIELDS, frozenset({"topic"}))),
    contract=HaikuContract(),
    front_end=FrontEnd(metered=True),
    read=read,
    builder=HaikuBuilder,
)


async def count(context: RequestContext) -> Json:
    """An endpoint of the family that answers by itself."""
    body = await read_body(context)
    if body.get("text") == "":
        refuse(context, ApiError(400, "There is nothing to count."))
    return {"lines": as_text(body.get("text")).count("\n") + 1}


ROUTES = [
    scripted("POST", "/haiku", SURFACE),
    Operation(
        "POST",
        "/haiku/{haiku_id}/lines",
        "haiku.lines.count",
        operate(count),
        parameters=Parameters(shape=Object({"text": String()}, frozenset({"text"}))),
    ),
]
REQUEST: Json = {"model": "gpt-4o", "topic": "the sea"}


def ask(responder: Any = None, body: Json | None = None, **options: Any) -> Response:
    """The answer of a server with this family to one request."""
    with serving(create_app(responder, routes=ROUTES, **options)) as url:
        return fetch(url, "/v1/haiku", {**REQUEST, **(body or {})})


def events(answer: Response) -> list[tuple[str, Any]]:
    """The events of a stream, each with its name."""
    framed = (each.split("\n") for each in answer.body.strip().split("\n\n"))
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in framed]


def test_is_scripted() -> None:
    answer = ask(lambda request: f"Of {request.text}: {request.model}")

    assert (answer.status, answer.json) == (
        200,
        {"object": "haiku", "model": "gpt-4o-2024-08-06", "haiku": ["Of the sea: gpt-4o"]},
    )


def test_is_echoed() -> None:
    assert ask().json["haiku"] == ["the sea"]


def test_is_streamed() -> None:
    answer = ask(lambda request: Chunks("Waves ", "and sand"), {"stream": True})

    assert events(answer) == [
        ("haiku.begun", {}),
        ("haiku.piece", {"index": 0, "piece": "Waves "}),
        ("haiku.piece", {"index": 0, "piece": "and sand"}),
        ("haiku.done", {"object": "haiku", "model": "gpt-4o-2024-08-06", "haiku": ["Waves and sand"]}),
    ]


def test_has_choices() -> None:
    assert ask(lambda request: Reply(choices=["a", "b"]), {"n": 2}).json["haiku"] == ["a", "b"]


def test_fails_in_mid_stream() -> None:
    answer = ask(lambda request: Reply(Chunks("Waves"), ApiError(500, "Oh")), {"stream": True})

    assert [name for name, _ in events(answer)] == ["haiku.begun", "haiku.piece", "error"]


def test_is_recorded() -> None:
    seen: list[RecordedRequest] = []
    ask(seen.append)

    assert [(each.endpoint, each.path, each.model, each.text, each.json) for each in seen] == [
        ("haiku", "/v1/haiku", "gpt-4o", "the sea", REQUEST)
    ]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"topic": 5}, "Invalid type for 'topic': expected a string, but got an integer instead."),
        ({"n": 4}, "Invalid 'n': integer above maximum value. Expected a value <= 3, but got 4 instead."),
        ({"mood": "sad"}, "Unknown parameter: 'mood'."),
        ({"topic": "war"}, "Nobody wants to read of war."),
        ({"model": "gpt-4o-mini", "n": 2}, "One at a time."),
        ({"model": ""}, "Missing required parameter: 'model'."),
    ],
)
def test_is_validated(body: Json, message: str) -> None:
    answer = ask(body=body)

    assert (answer.status, answer.json["error"]["message"]) == (400, message)


def test_lets_pass_what_it_can_answer_on_a_server_that_takes_requests_on_trust() -> None:
    answer = ask(body={"topic": 5, "mood": "sad"}, assume_exists=True)

    assert (answer.status, answer.json["haiku"]) == (200, ["There is no user message to echo."])


def test_cannot_carry_what_it_has_no_form_for() -> None:
    answer = ask(lambda request: ToolCall("f"))

    assert answer.json["error"]["code"] == "unfit_reply"
    assert "ToolCall('f', {}) cannot be carried by haiku; chat.completions, responses, threads.runs can" in answer.body


def test_is_named_among_those_that_can_carry_a_reply() -> None:
    with serving(create_app(lambda request: Reply(choices=["a"]), routes=ROUTES)) as url:
        answer = fetch(url, "/v1/responses", {"model": "gpt-4o", "input": "Hi"})

    assert "chat.completions, completions, haiku can" in answer.json["error"]["message"]


def test_is_as_the_documentation_shows_it() -> None:
    text = textwrap.dedent("\n".join(line for line in str(extending.__doc__).split("\n") if line.startswith("    ")))
    for app, path, body, answer in (
        ("first", "/v1/forecast", {}, {"city": "Paris", "degrees": 21}),
        ("app", "/v1/haiku", REQUEST, {"object": "haiku", "model": "gpt-4o", "text": "Of the sea"}),
    ):
        names: dict[str, Any] = {**vars(pytest_fakeopenai), **vars(extending), **shown()}
        exec(text.replace("app = create_app", "first = create_app", 1), names)
        with serving(names[app]) as url:
            assert fetch(url, path, body).json == answer


def shown() -> dict[str, Any]:
    """What the examples take for imported."""
    names = {name: getattr(pytest_fakeopenai, name) for name in pytest_fakeopenai.__all__}
    return {**names, "Iterable": Iterable, "json": json}


def test_tells_of_rate_limits() -> None:
    assert ask().headers["x-ratelimit-limit-requests"] == "500"


@pytest.mark.parametrize(
    ("text", "status", "answer"),
    [
        ("a\nb\nc", 200, {"lines": 3}),
        ("", 400, "There is nothing to count."),
        (5, 400, "Invalid type for 'text': expected a string, but got an integer instead."),
    ],
)
def test_has_an_endpoint_that_answers_by_itself(text: object, status: int, answer: object) -> None:
    with serving(create_app(routes=ROUTES)) as url:
        response = fetch(url, "/v1/haiku/h_1/lines", {"text": text})

    assert (response.status, response.json if status == 200 else response.json["error"]["message"]) == (status, answer)
