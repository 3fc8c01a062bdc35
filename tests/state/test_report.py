"""The texts a developer reads: a miss, a verdict, a transcript."""

from __future__ import annotations

import contextlib
import re
from typing import Any

import openai
import pytest

from pytest_fakeopenai import Chunks, FakeOpenAI, Gate, RateLimit, RecordedRequest, Reply, Text, ToolCall
from pytest_fakeopenai.replies.parts import Verbatim
from pytest_fakeopenai.state.summaries import show_entry

from ..verdicts import verdict_of

ECHO = (
    '@pytest.mark.fake_openai(unscripted="echo"), FakeOpenAI(unscripted="echo") or the ini option '
    "fake_openai_unscripted"
)
ALLOW = '@pytest.mark.fake_openai(unused="allow"), FakeOpenAI(unused="allow") or the ini option fake_openai_unused'


def ask(fake: FakeOpenAI, text: str = "Hi", **options: Any) -> Any:
    return fake.client.responses.create(**{"model": "gpt-4o", "input": text, **options})


def named(request: RecordedRequest) -> str:
    return "named"


class Bot:
    """A callable without a name."""

    def __call__(self, request: RecordedRequest) -> str:
        return "bot"

    def __repr__(self) -> str:
        return "Bot()"


@pytest.mark.parametrize(
    ("entry", "shown"),
    [
        (Reply("Hi"), "Text('Hi')"),
        (Reply("Hi", Gate(1), ToolCall("f")), "Text('Hi'), Gate(timeout=1), ToolCall('f', {})"),
        (Reply(), "Reply()"),
        (Reply(Chunks("a", "b"), model="m"), "Reply(Chunks('a', 'b'), model='m')"),
        (Reply(choices=["a"]), "Reply(choices=(Reply(Text('a')),))"),
        (Reply(RateLimit(2)), "RateLimit(retry_after=2)"),
        (Reply(Text("x" * 200)), f"Text('{'x' * 113}…"),
        (Verbatim("ChatCompletion", {}), "<ChatCompletion>"),
        (named, "callable named"),
        (Bot(), "callable Bot()"),
    ],
)
def test_shows_an_entry_on_one_line(entry: object, shown: str) -> None:
    assert show_entry(entry) == shown
    assert len(shown) <= 120


def miss(fake: FakeOpenAI, **options: Any) -> str:
    """The message that the client got, which is that of the verdict as well."""
    with pytest.raises(openai.BadRequestError) as caught:
        ask(fake, **options)
    message: str = caught.value.response.json()["error"]["message"]
    assert str(verdict_of(fake)).startswith(message)
    return message


def test_diagnoses_a_miss(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(text="weather").script("sunny", named)
    fake_openai.when(text="Hi", model=re.compile("4o")).script("rule")
    fake_openai.when(model="o3").always("always")
    fake_openai.script("used")
    ask(fake_openai)
    ask(fake_openai)

    assert miss(fake_openai, text="Hi", stream=True).splitlines() == [
        "fake_openai has no reply for request 3: POST /v1/responses, model 'gpt-4o', text 'Hi', streamed.",
        "On offer:",
        "  rule when(text='weather'): text 'Hi' does not contain 'weather'",
        "    waiting: Text('sunny')",
        "    waiting: callable named",
        "  rule when(text='Hi', model=re.compile('4o')): matches, but has no reply left",
        "    used by request 1: Text('rule')",
        "  rule when(model='o3'): model 'gpt-4o' is not 'o3'",
        "    always: Text('always')",
        "  script: no reply left",
        "    used by request 2: Text('used')",
        f"Script one more reply, answer all others with fake_openai.otherwise(…), or let them echo: {ECHO}.",
    ]


def test_diagnoses_a_miss_where_nothing_was_queued(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(endpoint="chat.completions").always("Hello")
    tools = [{"type": "function", "name": "f", "parameters": None, "strict": False}, {"type": "web_search_preview"}]
    called = {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}
    output = {"type": "function_call_output", "call_id": "c", "output": "21 °C"}
    items = [{"role": "user", "content": "Hi"}, called, output]

    lines = miss(fake_openai, text=items, tools=tools).splitlines()

    assert lines[0] == (
        "fake_openai has no reply for request 1: POST /v1/responses, model 'gpt-4o', text 'Hi', "
        "tool results '21 °C', tools f, web_search_preview."
    )
    assert lines[2:5] == [
        "  rule when(endpoint='chat.completions'): endpoint is 'responses', not 'chat.completions'",
        "    always: Text('Hello')",
        "  script: nothing was ever queued, no reply left",
    ]


def test_bounds_the_text_of_a_long_script(fake_openai: FakeOpenAI) -> None:
    for index in range(25):
        fake_openai.when(text=f"rule {index}").always("never")
    fake_openai.script(*map(str, range(12)))
    for _ in range(12):
        ask(fake_openai)

    lines = miss(fake_openai).splitlines()

    assert "  (the first 20 of 25 rules)" in lines
    assert sum(line.startswith("  rule when(") for line in lines) == 20
    assert "    used before: 2 more" in lines
    assert [line for line in lines if "used by request" in line] == [
        f"    used by request {number}: Text('{number - 1}')" for number in range(3, 13)
    ]


@pytest.mark.parametrize(
    ("replies", "lines"),
    [
        (["a"], ["fake_openai: 1 scripted reply was never asked for:", "  script: Text('a')"]),
        (
            ["a", "b"],
            ["fake_openai: 2 scripted replies were never asked for:", "  script: Text('a')", "  script: Text('b')"],
        ),
        (
            ["x"] * 12,
            [
                "fake_openai: 12 scripted replies were never asked for:",
                *["  script: Text('x')"] * 10,
                "  and 2 more",
            ],
        ),
    ],
    ids=["one", "two", "many"],
)
def test_lists_what_was_never_asked_for(fake_openai: FakeOpenAI, replies: list[str], lines: list[str]) -> None:
    fake_openai.script(*replies)

    assert str(verdict_of(fake_openai)).splitlines() == [
        *lines,
        f"Remove what is not needed, or allow it: {ALLOW}.",
    ]


def test_says_everything_that_is_wrong_at_once(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(text="never").script("left")
    fake_openai.when(text="first").script(lambda request: 1 // 0)
    for text in ("first", "second"):
        with pytest.raises(openai.BadRequestError):
            ask(fake_openai, text)

    verdict = verdict_of(fake_openai)

    failed, missed, left = str(verdict).split("\n\n")
    assert failed == (
        "The scripted callable <lambda> failed on request 1: ZeroDivisionError: integer division or modulo by zero"
    )
    assert missed.startswith("fake_openai has no reply for request 2: ")
    assert left.startswith("fake_openai: 1 scripted reply was never asked for:")
    assert isinstance(verdict.__cause__, ZeroDivisionError)


def test_tells_that_no_request_came(fake_openai: FakeOpenAI) -> None:
    assert fake_openai.transcript == "no request came"


def test_tells_each_request_and_its_answer(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(RateLimit(), "Hello", Reply("Hel", "lo"))
    ask(fake_openai, "Why\n  so long? " + "x" * 100)
    list(ask(fake_openai, stream=True))
    with pytest.raises(openai.NotFoundError):
        fake_openai.client.get("/nowhere", cast_to=object)

    events = len(fake_openai.requests[2].events)
    assert re.sub(r"[\d.]+ ms", "N ms", fake_openai.transcript).splitlines() == [
        f"1. POST /v1/responses, model 'gpt-4o', text 'Why so long? {'x' * 66}…'",
        "   → 429, RateLimit(), N ms",
        f"2. POST /v1/responses, model 'gpt-4o', text 'Why so long? {'x' * 66}…', retry 1",
        "   → 200, Text('Hello'), N ms",
        "3. POST /v1/responses, model 'gpt-4o', text 'Hi', streamed",
        f"   → 200, Text('Hel'), Text('lo'), {events} events, N ms",
        "4. GET /v1/nowhere",
        "   → 404, Invalid URL (GET /v1/nowhere), N ms",
    ]


def test_tells_of_a_request_that_is_not_finished(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply("Hel", gate, "lo"))
    stream = ask(fake_openai, stream=True)
    gate.wait_reached()

    transcript = fake_openai.transcript
    gate.open()
    list(stream)

    assert re.search(r"→ 200, Text\('Hel'\), Gate\(timeout=30\.0\), Text\('lo'\), \d events, unfinished$", transcript)


def test_tells_only_the_newest_of_many(fake_openai: FakeOpenAI) -> None:
    for turn in range(52):
        ask(fake_openai, f"turn {turn}")

    lines = fake_openai.transcript.splitlines()

    assert lines[:2] == [
        "(2 earlier requests)",
        "3. POST /v1/responses, model 'gpt-4o', text 'turn 2'",
    ]
    assert len(lines) == 101


LONG = "x" * 5000


def test_shows_nothing_at_its_whole_length(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(model=LONG, text=LONG).script("never")
    fake_openai.when(model="gpt-4o", text=re.compile(LONG)).always(LONG)
    fake_openai.when(header={"x-team": LONG}).always("never")
    fake_openai.when(body={"metadata": {"team": LONG}}).always("never")
    fake_openai.when(tool=LONG).always("never")
    fake_openai.when(endpoint=re.compile(LONG)).always("never")
    fake_openai.script(ToolCall(LONG), lambda request: 1 / len(request.text[:0]), "last")
    tools = [{"type": "function", "name": f"tool_{number}" * 5, "parameters": None} for number in range(100)]
    for options in ({}, {}, {}, {"tools": tools, "extra_headers": {"x-team": LONG[1:]}, "metadata": {"team": "y"}}):
        with contextlib.suppress(openai.APIStatusError):
            ask(fake_openai, LONG[1:] + "!", **{"model": LONG + "y", **options})
    with contextlib.suppress(openai.APIStatusError):
        fake_openai.client.models.retrieve(LONG)

    lines = [*fake_openai.transcript.splitlines(), *str(verdict_of(fake_openai)).splitlines()]
    assert [line for line in lines if len(line) > 1000] == []
    assert len(lines) < 60


def test_shows_the_first_of_many_problems(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("one")
    ask(fake_openai)
    for _ in range(25):
        with pytest.raises(openai.BadRequestError):
            ask(fake_openai)

    lines = str(verdict_of(fake_openai)).splitlines()
    assert sum(line.startswith("fake_openai has no reply for request") for line in lines) == 10
    assert lines[-1] == "fake_openai: and 15 more problems like these."
