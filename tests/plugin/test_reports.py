"""The texts of a miss and of a transcript."""

from __future__ import annotations

import re
import threading
from textwrap import dedent
from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI, RateLimit, Reply, VerdictError

from ..closing import call_when_closed
from .support import run, section

TITLE = "fake_openai transcript"
MESSAGES: Any = [{"role": "user", "content": "Hi"}]


def say(client: openai.OpenAI, text: str = "Hi") -> None:
    """One request to chat completions."""
    messages: Any = [{"role": "user", "content": text}]
    client.chat.completions.create(model="gpt-5", messages=messages)


def refusal(fake: FakeOpenAI, text: str = "Hi", **more: Any) -> str:
    """The message of the error that an unscripted request gets; the fake judges nothing afterwards."""
    messages: Any = [{"role": "user", "content": text}]
    with pytest.raises(openai.BadRequestError) as refused:
        fake.client.chat.completions.create(model="gpt-5", messages=messages, **more)
    with pytest.raises(VerdictError) as verdict:
        fake.check()
    fake.reset()
    body: Any = refused.value.body
    assert body["code"] == "unscripted_request"
    assert str(verdict.value).startswith(body["message"])
    return str(body["message"])


def test_says_of_every_rule_in_what_the_request_differs_first() -> None:
    def is_urgent(request: object) -> bool:
        return False

    with FakeOpenAI() as fake:
        fake.when(model="gpt-5", text="rain").script("wet", Reply("very", finish_reason="length"))
        fake.when(text=re.compile("^Bye"), model="o3").always("bye")
        fake.when(tool="lookup").script("a")
        fake.when(tool_result=re.compile("21")).script("b")
        fake.when(endpoint="responses").script("c")
        fake.when(header={"x-team": "red"}).script("d")
        fake.when(header={"x-tier": "gold"}).script("e")
        fake.when(body={"metadata": {"team": "red"}}).script("f")
        fake.when(system=str.isupper).script("g")
        fake.when(matches=is_urgent).script("h")
        fake.when(text="Hi").script("used")
        fake.script("first")
        say(fake.client)
        say(fake.client, "Ho")
        text = refusal(
            fake,
            tools=[{"type": "function", "function": {"name": "weather"}}],
            extra_headers={"x-tier": "tin"},
            extra_body={"metadata": {"team": "blue"}, "store": True},
        )

    assert text == dedent("""\
        fake_openai has no reply for request 3: POST /v1/chat/completions, model 'gpt-5', text 'Hi', tools weather.
        On offer:
          rule when(model='gpt-5', text='rain'): text 'Hi' does not contain 'rain'
            waiting: Text('wet')
            waiting: Reply(Text('very'), finish_reason='length')
          rule when(text=re.compile('^Bye'), model='o3'): text 'Hi' does not match '^Bye'
            always: Text('bye')
          rule when(tool='lookup'): tools offered: wanted 'lookup', got 'weather'
            waiting: Text('a')
          rule when(tool_result=re.compile('21')): tool results: wanted re.compile('21'), got none
            waiting: Text('b')
          rule when(endpoint='responses'): endpoint is 'chat.completions', not 'responses'
            waiting: Text('c')
          rule when(header={'x-team': 'red'}): there is no header 'x-team'
            waiting: Text('d')
          rule when(header={'x-tier': 'gold'}): header 'x-tier': 'tin' does not contain 'gold'
            waiting: Text('e')
          rule when(body={'metadata': {'team': 'red'}}): body['metadata']['team'] is 'blue', not 'red'
            waiting: Text('f')
          rule when(system=isupper): system isupper said no to ''
            waiting: Text('g')
          rule when(matches=is_urgent): is_urgent(request) said no
            waiting: Text('h')
          rule when(text='Hi'): matches, but has no reply left
            used by request 1: Text('used')
          script: no reply left
            used by request 2: Text('first')
        Script one more reply, answer all others with fake_openai.otherwise(…), or let them echo: \
@pytest.mark.fake_openai(unscripted="echo"), FakeOpenAI(unscripted="echo") or the ini option fake_openai_unscripted.""")


def test_says_when_nothing_was_ever_queued() -> None:
    with FakeOpenAI() as fake:
        fake.when(text="rain").script("wet")
        lines = refusal(fake).splitlines()

    assert lines[-2] == "  script: nothing was ever queued, no reply left"


def test_bounds_what_a_miss_shows_of_a_long_script() -> None:
    with FakeOpenAI() as fake:
        fake.script(*(f"reply {number}" for number in range(1, 13)))
        for _ in range(12):
            say(fake.client)
        fake.when(text="rain").script(*(f"wet {number}" for number in range(1, 13)))
        for number in range(2, 23):
            fake.when(text=f"rain {number}").always("wet")
        lines = refusal(fake).splitlines()

    assert lines[1:3] == ["On offer:", "  (the first 20 of 22 rules)"]
    assert [line for line in lines if line.startswith("    waiting")] == [
        *(f"    waiting: Text('wet {number}')" for number in range(1, 11)),
        "    waiting: 2 more",
    ]
    assert [line.partition(":")[0] for line in lines if line.startswith("  rule")][-1] == "  rule when(text='rain 20')"
    assert [line for line in lines if line.startswith("    used")] == [
        "    used before: 2 more",
        *(f"    used by request {number}: Text('reply {number}')" for number in range(3, 13)),
    ]


def test_bounds_the_list_of_leftovers() -> None:
    with pytest.raises(VerdictError) as verdict, FakeOpenAI() as fake:
        fake.script(*map(str, range(1, 13)))

    lines = str(verdict.value).splitlines()
    assert lines[0] == "fake_openai: 12 scripted replies were never asked for:"
    assert lines[1:-1] == [*(f"  script: Text('{number}')" for number in range(1, 11)), "  and 2 more"]


def test_bounds_the_transcript() -> None:
    with FakeOpenAI() as fake:
        for _ in range(52):
            fake.client.models.retrieve("gpt-5")
        lines = fake.transcript.splitlines()

    assert lines[:2] == ["(2 earlier requests)", "3. GET /v1/models/gpt-5"]
    assert len(lines) == 1 + 2 * 50


def without_times(transcript: str) -> str:
    """The transcript with every duration replaced by a dash."""
    return re.sub(r"\d+\.\d ms$", "- ms", transcript, flags=re.MULTILINE)


def test_transcribes_each_request_with_the_reply_it_got() -> None:
    tools: Any = [{"type": "function", "function": {"name": "weather"}}]
    results: Any = [
        *MESSAGES,
        {
            "role": "assistant",
            "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "21 °C"},
    ]
    with FakeOpenAI() as fake:
        assert fake.transcript == "no request came"
        say(fake.client, "Say it\nback")
        fake.script(RateLimit(), Reply("a b", usage={"prompt_tokens": 1}), "c")
        list(fake.client.chat.completions.create(model="gpt-5", messages=MESSAGES, tools=tools, stream=True))
        fake.client.chat.completions.create(model="gpt-5", messages=results)
        with pytest.raises(openai.NotFoundError):
            fake.client.responses.retrieve("resp_none")
        transcript = fake.transcript

    assert without_times(transcript) == dedent("""\
        1. POST /v1/chat/completions, model 'gpt-5', text 'Say it back'
           → 200, Text('Say it\\nback'), - ms
        2. POST /v1/chat/completions, model 'gpt-5', text 'Hi', tools weather, streamed
           → 429, RateLimit(), - ms
        3. POST /v1/chat/completions, model 'gpt-5', text 'Hi', tools weather, streamed, retry 1
           → 200, Reply(Text('a b'), usage={'prompt_tokens': 1}), 4 events, - ms
        4. POST /v1/chat/completions, model 'gpt-5', text 'Hi', tool results '21 °C'
           → 200, Text('c'), - ms
        5. GET /v1/responses/resp_none
           → 404, Response with id 'resp_none' not found., - ms""")


def test_tells_what_is_under_way_and_who_hung_up(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = threading.Event()
    call_when_closed(monkeypatch, closed.set)
    with FakeOpenAI() as fake:
        fake.script(Reply("one", fake.gate()))
        with fake.client.chat.completions.create(model="gpt-5", messages=MESSAGES, stream=True) as stream:
            next(iter(stream))
            waiting = fake.transcript
        closed.wait(10)
        left = fake.transcript

    request_line = "1. POST /v1/chat/completions, model 'gpt-5', text 'Hi', streamed\n"
    answer_line = "   → 200, Text('one'), Gate(timeout=30.0), 2 events, "
    assert waiting == f"{request_line}{answer_line}unfinished"
    assert without_times(left) == f"{request_line}{answer_line}the client hung up, - ms"


@pytest.mark.parametrize("outcome", ["failed", "passed"])
def test_adds_the_transcript_to_the_report_of_a_failing_test_only(pytester: pytest.Pytester, outcome: str) -> None:
    inner = run(
        pytester,
        f"""
        def test_it(fake_openai, openai_client):
            fake_openai.script("one")
            say(openai_client, "Hi")
            assert {outcome == "passed"}
        """,
        "-rA",
    )

    assert inner.outcomes == {outcome: 1}
    assert (TITLE in inner.output) == (outcome == "failed")
    if outcome == "failed":
        assert without_times(section(inner.failure(), TITLE) or "") == (
            "1. POST /v1/chat/completions, model 'gpt-5', text 'Hi'\n   → 200, Text('one'), - ms"
        )


def test_adds_the_transcript_of_a_fake_of_longer_life(pytester: pytest.Pytester) -> None:
    inner = run(
        pytester,
        """
        @pytest.fixture(scope="module")
        def shared(fake_openai_server):
            with fake_openai_server.open() as fake:
                yield fake

        def test_it(shared, fake_openai):
            say(shared.client, "Hi")
            assert False
        """,
    )

    report = inner.failure()
    assert section(report, TITLE) == "no request came"
    assert without_times(section(report, f"{TITLE} of a FakeOpenAI") or "") == (
        "1. POST /v1/chat/completions, model 'gpt-5', text 'Hi'\n   → 200, Text('Hi'), - ms"
    )
