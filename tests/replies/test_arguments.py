"""Arguments of parts and replies that are wrong raise at the line that gives them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import openai
import pytest

import pytest_fakeopenai
from pytest_fakeopenai import ApiError, FakeOpenAI, Reply

api: Any = pytest_fakeopenai  # in whatever types
HUGE = 10**400
PING: Any = [{"role": "user", "content": "Hi"}]
RESERVED = "cannot say content-length, which the server does by itself; RawResponse(headers=) can"

CASES: list[tuple[Callable[[], object], type[Exception], str]] = [
    (lambda: api.Text("a", unchecked=1), TypeError, "Text(unchecked=) takes True or False, got 1"),
    (lambda: api.Chunks("a", unchecked=None), TypeError, "Chunks(unchecked=) takes True or False, got None"),
    (lambda: api.ToolCall("f", id=5), TypeError, "ToolCall(id) takes a string, got int: 5"),
    (lambda: api.ToolCall("f", unchecked="yes"), TypeError, "ToolCall(unchecked=) takes True or False, got 'yes'"),
    (lambda: api.ToolCall("f", {("a",): 1}), TypeError, "cannot be sent as JSON: keys must be str"),
    (lambda: api.FileSearch(b"q"), TypeError, "FileSearch takes a string, got bytes: b'q'"),
    (lambda: api.Garbage("\ud800"), ValueError, "Garbage takes text that can be sent as UTF-8, got a lone surrogate"),
    (lambda: api.Delay("1"), ValueError, "Delay takes a number of seconds, zero or more, got '1'"),
    (lambda: api.Delay(True), ValueError, "Delay takes a number of seconds, zero or more, got True"),
    (lambda: api.Delay(HUGE), ValueError, "Delay takes 9223372036 seconds at most, got 1000000000"),
    (lambda: api.Pace(first=float("nan")), ValueError, "Pace(first=) takes a number of seconds, zero or more, got nan"),
    (lambda: api.Gate(timeout=-1), ValueError, "gate(timeout=) takes a number of seconds, zero or more, got -1"),
    (
        lambda: api.Gate().wait_reached(timeout=1e300),
        ValueError,
        "wait_reached(timeout=) takes 9223372036 seconds at most",
    ),
    (lambda: api.RateLimit(True), ValueError, "RateLimit(retry_after=) takes a positive number of seconds, got True"),
    (lambda: api.RateLimit(1e300), ValueError, "RateLimit(retry_after=) takes 9223372036 seconds at most, got 1e+300"),
    (lambda: api.ApiError(404, None), TypeError, "ApiError(message) takes a string, got NoneType: None"),
    (lambda: api.ApiError(404, "\ud800"), ValueError, "ApiError(message) takes text that can be sent as UTF-8"),
    (lambda: api.ApiError(404, "m", code=404), TypeError, "ApiError(code=) takes a string, got int: 404"),
    (lambda: api.ApiError(404, "m", type=5), TypeError, "ApiError(type=) takes a string, got int: 5"),
    (lambda: api.ApiError(404, "m", param=["a"]), TypeError, "ApiError(param=) takes a string, got list: ['a']"),
    (lambda: api.ApiError(404, "m", extra=[1]), TypeError, "ApiError(extra=) takes a mapping, got [1]"),
    (lambda: api.ApiError(404, "m", extra={"a": {1}}), TypeError, "{'a': {1}} cannot be sent as JSON"),
    (lambda: api.ApiError(404, "m", extra={"code": "c"}), ValueError, "'code' is an argument of its own"),
    (lambda: api.ApiError(404, "m", headers=["a"]), TypeError, "ApiError(headers=) takes a mapping of names to values"),
    (lambda: api.ApiError(404, "m", headers={"Content-Length": "5"}), ValueError, f"ApiError(headers=) {RESERVED}"),
    (lambda: api.Reply("x", headers={"content-length": 5}), ValueError, f"headers= {RESERVED}"),
    (lambda: api.Reply("x", headers={"x-note": "→"}), ValueError, "headers= takes values of Latin-1 characters"),
    (
        lambda: api.Reply("x", headers={"x-note": "a\r\nb: c"}),
        ValueError,
        "headers= takes values of Latin-1 characters",
    ),
    (lambda: api.Reply("x", headers={"x-note": "\x00"}), ValueError, "on one line, as HTTP does, got '\\x00'"),
    (lambda: api.Reply("x", headers={"x note": "a"}), ValueError, "headers= takes names of headers, got 'x note'"),
    (lambda: api.Reply("x", headers={"": "a"}), ValueError, "headers= takes names of headers, got ''"),
    (lambda: api.Reply("x", headers={5: "a"}), TypeError, "headers= takes names that are strings, got 5"),
    (
        lambda: api.Reply("x", headers={"x": None}),
        TypeError,
        "headers= takes values that are strings or numbers, got None",
    ),
    (
        lambda: api.Reply("x", headers={"x": True}),
        TypeError,
        "headers= takes values that are strings or numbers, got True",
    ),
    (lambda: api.Reply("x", id=5), TypeError, "id= takes a string, got int: 5"),
    (lambda: api.Reply("x", model="\ud800"), ValueError, "model= takes text that can be sent as UTF-8"),
    (lambda: api.Reply("x", finish_reason=5), TypeError, "finish_reason= takes a string, got int: 5"),
    (lambda: api.Reply("x", unchecked=1), TypeError, "unchecked= takes True or False, got 1"),
    (lambda: api.Reply("x", usage=[5]), TypeError, "usage= takes a mapping of figures, got [5]"),
    (
        lambda: api.Reply("x", usage={"bogus": 1}),
        ValueError,
        "; got 'bogus'; any other goes with Reply(…, unchecked=True)",
    ),
    (lambda: api.Reply("x", usage={"input_tokens": None}), ValueError, "zero or more, for input_tokens, got None"),
    (lambda: api.Reply("x", usage={"input_tokens": -1}), ValueError, "zero or more, for input_tokens, got -1"),
    (lambda: api.Reply("x", usage={"input_tokens": True}), ValueError, "zero or more, for input_tokens, got True"),
    (lambda: api.Reply("x", usage={"input_tokens_details": 3}), TypeError, "figures for input_tokens_details, got 3"),
    (
        lambda: api.Reply("x", usage={"input_tokens_details": {"cached_tokens": 0.5}}),
        ValueError,
        "zero or more, for cached_tokens of input_tokens_details, got 0.5",
    ),
    (lambda: api.Reply("x", usage={"a": {1}}, unchecked=True), TypeError, "{'a': {1}} cannot be sent as JSON"),
    (lambda: api.Reply(choices="ab"), TypeError, "choices= takes a list of replies, got 'ab'"),
    (lambda: api.Reply(choices=5), TypeError, "choices= takes a list of replies, got 5"),
    (
        lambda: api.Reply(choices=[api.Reply("a", usage={"input_tokens": 1})]),
        ValueError,
        "usage= belongs to the whole answer, Reply(choices=…",
    ),
    (
        lambda: api.Reply(choices=[api.Reply("a", id="")]),
        ValueError,
        "id= belongs to the whole answer, Reply(choices=…",
    ),
    (lambda: api.Reply("a", logprobs=5), TypeError, "log probabilities are a list of pairs, got 5"),
    (lambda: api.Reply("a", logprobs="a"), TypeError, "log probabilities are a list of pairs, got 'a'"),
    (lambda: api.Reply("a", logprobs=["a"]), TypeError, "pairs of a token and its log probability, got 'a'"),
    (lambda: api.Reply("a", logprobs=[("a", "b")]), TypeError, "Logprob(logprob) takes a number, got 'b'"),
    (lambda: api.Reply("a", logprobs=[("a", HUGE)]), TypeError, "Logprob(logprob) takes a number, got 1000"),
    (lambda: api.Logprob(5, -1.0), TypeError, "Logprob(token) takes a string, got int: 5"),
    (
        lambda: api.Logprob("a", -1.0, (("b",),)),
        TypeError,
        "top_logprobs takes pairs of a token and its log probability",
    ),
    (lambda: api.Logprob("a", -1.0, object()), TypeError, "log probabilities are a list of pairs, got <object"),
    (lambda: api.Reply("a", pace=1), TypeError, "pace= takes a Pace, got 1"),
]


@pytest.mark.parametrize(("make", "kind", "message"), CASES, ids=[message[:40] for _, _, message in CASES])
def test_raises_where_an_argument_is_wrong(make: Callable[[], object], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=re.escape(message)) as caught:
        make()

    assert len(str(caught.value)) < 400


def test_takes_what_a_header_may_hold(fake_openai: FakeOpenAI) -> None:
    headers: dict[str, str | float] = {"X-Text": "naïve é (1)", "x-whole": 5, "x-part": 0.5, "x-empty": ""}
    fake_openai.script(Reply("Hi", headers=headers), ApiError(404, "m", headers=headers))

    of_reply = fake_openai.client.chat.completions.with_raw_response.create(model="gpt-4o", messages=PING).headers
    with pytest.raises(openai.NotFoundError) as caught:
        fake_openai.client.responses.create(model="gpt-4o", input="Hi")

    for got in (of_reply, caught.value.response.headers):
        raw = {name.lower(): value for name, value in got.raw}
        assert raw[b"x-text"].decode("latin-1") == "naïve é (1)"
        assert (got["x-whole"], got["x-part"], got["x-empty"]) == ("5", "0.5", "")


@pytest.mark.parametrize(
    ("headers", "reset"),
    [
        ({"retry-after-ms": "1.5"}, "2ms"),
        ({"retry-after-ms": 2500}, "2.5s"),
        ({"retry-after": "2"}, "2s"),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, "1ms"),
        ({"retry-after-ms": "soon"}, "1ms"),
    ],
)
def test_tells_of_limits_whatever_its_headers_say(
    fake_openai: FakeOpenAI, headers: dict[str, str | float], reset: str
) -> None:
    fake_openai.script(ApiError(429, "slow", code="rate_limit_exceeded", headers=headers))

    with pytest.raises(openai.RateLimitError) as caught:
        fake_openai.client.with_options(max_retries=0).chat.completions.create(model="gpt-4o", messages=PING)

    got = caught.value.response.headers
    assert got["x-ratelimit-reset-requests"] == reset
    assert {name: got.get(name) for name in ("retry-after", "retry-after-ms")} == {
        name: str(headers[name]) if name in headers else None for name in ("retry-after", "retry-after-ms")
    }


@pytest.mark.parametrize("kind", ["", None, "lost"])
def test_sends_the_type_of_an_error_as_it_is_written(fake_openai: FakeOpenAI, kind: str | None) -> None:
    fake_openai.script(ApiError(400, "m", type=kind, code="", param=""))

    with pytest.raises(openai.BadRequestError) as caught:
        fake_openai.client.responses.create(model="gpt-4o", input="Hi")

    assert caught.value.response.json() == {"error": {"message": "m", "type": kind, "param": "", "code": ""}}


@pytest.mark.parametrize("stream", [False, True], ids=["status", "event"])
@pytest.mark.parametrize("endpoint", ["chat.completions", "responses"])
def test_sends_more_members_of_the_envelope(fake_openai: FakeOpenAI, endpoint: str, stream: bool) -> None:
    inner = {"innererror": {"code": "ResponsibleAIPolicyViolation", "content_filter_result": {"hate": {"filtered": 1}}}}
    error = ApiError(400, "m", type=None, code="content_filter", extra=inner)
    fake_openai.script(Reply("He", error) if stream else error)
    client: Any = fake_openai.client
    create, body = {
        "responses": (client.responses.create, {"input": "Hi"}),
        "chat.completions": (client.chat.completions.create, {"messages": PING}),
    }[endpoint]

    with pytest.raises(openai.APIError) as caught:
        list(create(model="gpt-4o", **body, stream=True))

    assert caught.value.code == "content_filter"
    sent: Any = caught.value.body
    assert (sent["innererror"], sent["type"]) == (inner["innererror"], None)
