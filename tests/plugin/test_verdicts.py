"""What fails a test that its own assertions would let pass, and with which words."""

from __future__ import annotations

from textwrap import dedent

import pytest

from .support import line_of, run

SWALLOW = "with contextlib.suppress(openai.APIStatusError):"
ALLOW = '@pytest.mark.fake_openai(unused="allow"), FakeOpenAI(unused="allow") or the ini option fake_openai_unused'
ECHO = (
    '@pytest.mark.fake_openai(unscripted="echo"), FakeOpenAI(unscripted="echo") or the ini option '
    "fake_openai_unscripted"
)

LEFTOVER = (
    """
    def test_it(fake_openai, openai_client):
        fake_openai.script("one", ToolCall("lookup", {"id": 1}))
        say(openai_client, "Hi")
    """,
    f"""\
    fake_openai: 1 scripted reply was never asked for:
      script: ToolCall('lookup', {{'id': 1}})
    Remove what is not needed, or allow it: {ALLOW}.""",
)
LEFTOVER_IN_RULES = (
    """
    def test_it(fake_openai):
        fake_openai.when(text="weather", endpoint="responses").script(Reply("Sunny", finish_reason="length"))
        fake_openai.when(model="gpt-5").script(lambda request: "later").always("never given, never missed")
        fake_openai.script("three")
    """,
    f"""\
    fake_openai: 3 scripted replies were never asked for:
      when(text='weather', endpoint='responses'): Reply(Text('Sunny'), finish_reason='length')
      when(model='gpt-5'): callable <lambda>
      script: Text('three')
    Remove what is not needed, or allow it: {ALLOW}.""",
)
UNSCRIPTED = (
    f"""
    def test_it(fake_openai, openai_client):
        fake_openai.script("one")
        say(openai_client, "Hi")
        {SWALLOW}
            say(openai_client, "And now?", stream=True)
    """,
    f"""\
    fake_openai has no reply for request 2: POST /v1/chat/completions, model 'gpt-5', text 'And now?', streamed.
    On offer:
      script: no reply left
        used by request 1: Text('one')
    Script one more reply, answer all others with fake_openai.otherwise(…), or let them echo: {ECHO}.""",
)
CANNOT_CARRY = (
    f"""
    def test_it(fake_openai, openai_client):
        fake_openai.script(Reply(FileSearch("hm"), "yes"))
        {SWALLOW}
            say(openai_client, "Hi")
    """,
    """\
    fake_openai cannot send the reply to request 1: FileSearch('hm') cannot be carried by chat.completions; \
responses, threads.runs can.""",
)
TOOL_NOT_OFFERED = (
    f"""
    def test_it(fake_openai, openai_client):
        fake_openai.script(ToolCall("lookup"))
        {SWALLOW}
            say(openai_client, "Hi", tools=[{{"type": "function", "function": {{"name": "weather"}}}}])
    """,
    """\
    fake_openai cannot send the reply to request 1: ToolCall('lookup', {}) calls a tool that the request does not \
offer (it offers 'weather'); a model that invents a tool is ToolCall(…, unchecked=True).""",
)
SCHEMA_BROKEN = (
    f"""
    SCHEMA = {{
        "type": "object", "properties": {{"n": {{"type": "integer"}}}}, "required": ["n"], "additionalProperties": False
    }}
    def test_it(fake_openai, openai_client):
        fake_openai.script({{"n": "one"}})
        wanted = {{"type": "json_schema", "json_schema": {{"name": "count", "schema": SCHEMA, "strict": True}}}}
        {SWALLOW}
            say(openai_client, "Hi", response_format=wanted)
    """,
    """\
    fake_openai cannot send the reply to request 1: Text('{"n":"one"}') breaks the strict JSON schema that the \
request demands: $.n: expected an integer, got 'one'; a model that breaks it is Text(…, unchecked=True).""",
)
GATE_NEVER_OPENED = (
    f"""
    def test_it(fake_openai, openai_client):
        fake_openai.script(Reply(fake_openai.gate(timeout=0.02), "one"))
        {SWALLOW}
            say(openai_client, "Hi")
    """,
    """\
    A reply waited 0.02 s at a gate that nobody opened: call gate.open(), or give it longer with \
fake_openai.gate(timeout=seconds).""",
)
SEVERAL = (
    f"""
    def test_it(fake_openai, openai_client):
        fake_openai.script(FileSearch("hm"), "two")
        {SWALLOW}
            say(openai_client, "Hi")
    """,
    f"""\
    fake_openai cannot send the reply to request 1: FileSearch('hm') cannot be carried by chat.completions; \
responses, threads.runs can.

    fake_openai: 1 scripted reply was never asked for:
      script: Text('two')
    Remove what is not needed, or allow it: {ALLOW}.""",
)
CASES = {name.lower(): case for name, case in globals().copy().items() if isinstance(case, tuple)}


@pytest.mark.parametrize(("source", "text"), CASES.values(), ids=CASES)
def test_fails_the_test_with_a_text_that_says_what_to_do(pytester: pytest.Pytester, source: str, text: str) -> None:
    inner = run(pytester, source)

    assert inner.outcomes == {"failed": 1}
    assert inner.failure().longreprtext == dedent(text)


CALLABLES = {
    "sync": "def answer(request):\n    {fault}",
    "async": "async def answer(request):\n    {fault}",
    "generator": "def answer(request):\n    yield 'Hel'\n    {fault}",
    "async_generator": "async def answer(request):\n    yield 'Hel'\n    {fault}",
    "method": "class Agent:\n    def answer(self, request):\n        {fault}\nanswer = Agent().answer",
}


@pytest.mark.parametrize("stream", [False, True], ids=["blocking", "streamed"])
@pytest.mark.parametrize(
    ("fault", "kind"),
    [("raise LookupError('no such row')", "LookupError"), ("pytest.fail('no such row')", "Failed")],
    ids=["raise", "pytest.fail"],
)
@pytest.mark.parametrize("callable_", CALLABLES.values(), ids=CALLABLES)
def test_shows_where_a_scripted_callable_failed(
    pytester: pytest.Pytester, callable_: str, fault: str, kind: str, stream: bool
) -> None:
    inner = run(
        pytester,
        callable_.format(fault=fault)
        + f"""
def test_it(fake_openai, openai_client):
    fake_openai.script(answer)
    with contextlib.suppress(openai.APIError):
        list(say(openai_client, "Hi", stream={stream}))
""",
    )

    assert inner.outcomes == {"failed": 1}
    own, _, verdict = inner.failure().longreprtext.partition(
        "The above exception was the direct cause of the following exception:"
    )
    assert [line for line in own.splitlines() if line.startswith(">")][-1].split() == [">", *fault.split()]
    assert f"E       {kind}: no such row" in own
    assert f"VerdictError: The scripted callable answer failed on request 1: {kind}: no such row" in verdict


@pytest.mark.parametrize("how", ["sync", "async"])
@pytest.mark.parametrize("swallow", ["BaseException", "Exception"])
def test_names_the_client_that_escaped(pytester: pytest.Pytester, how: str, swallow: str) -> None:
    source = {
        "sync": f"""
            client = openai.OpenAI(api_key="sk", base_url="https://api.openai.com/v1")
            def test_it(fake_openai):
                with contextlib.suppress({swallow}), client:
                    client.models.list()
        """,
        "async": f"""
            @pytest.mark.asyncio
            async def test_it(fake_openai):
                async with openai.AsyncOpenAI(api_key="sk", base_url="https://api.openai.com/v1") as client:
                    with contextlib.suppress({swallow}):
                        await client.models.list()
        """,
    }[how]
    name = {"sync": "OpenAI", "async": "AsyncOpenAI"}[how]
    line = line_of(source, "client.models.list()")
    message = (
        f"fake_openai stopped {name}(base_url='https://api.openai.com/v1/') (called from "
        f"{pytester.path / 'test_it.py'}:{line}) on its way to api.openai.com. Bring it in with "
        "fake_openai.adopt(client), build the client inside the test, where OPENAI_BASE_URL points at the fake, or "
        "pass base_url=fake_openai.base_url; switch: @pytest.mark.fake_openai(guard=False), FakeOpenAI(guard=False) "
        "or the ini option fake_openai_guard."
    )

    inner = run(pytester, source)

    assert inner.outcomes == {"failed": 1}
    if swallow == "BaseException":
        assert inner.failure().longreprtext == message
    else:
        assert f"EscapedClientError: {message}" in inner.failure().longreprtext


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("assert 1 == 2", "assert 1 == 2"),
        ("raise KeyError('row')", "KeyError: 'row'"),
        ("pytest.fail('own words')", "Failed: own words"),
    ],
    ids=["assert", "raise", "pytest.fail"],
)
def test_leaves_the_tests_own_failure_unmasked(pytester: pytest.Pytester, lines: str, message: str) -> None:
    inner = run(
        pytester,
        f"""
        def test_it(fake_openai, openai_client):
            fake_openai.script("one", "two")
            say(openai_client, "Hi")
            {lines}
        """,
    )

    assert inner.outcomes == {"failed": 1}
    crash = getattr(inner.failure().longrepr, "reprcrash")  # noqa: B009 - untyped in pytest
    assert crash.message == message
    assert "never asked for" not in inner.output


def test_does_not_judge_a_test_that_skips_or_expects_to_fail(pytester: pytest.Pytester) -> None:
    inner = run(
        pytester,
        """
        def test_skips(fake_openai):
            fake_openai.script("left")
            pytest.skip("no weather today")

        def test_expects_to_fail(fake_openai):
            fake_openai.script("left")
            pytest.xfail("not yet")

        @pytest.mark.xfail(raises=KeyError, strict=True)
        def test_fails_as_marked(fake_openai):
            fake_openai.script("left")
            raise KeyError
        """,
    )

    assert inner.outcomes == {"skipped": 1, "xfailed": 2}
    assert "never asked for" not in inner.output


def test_judges_a_test_that_failed_to_fail(pytester: pytest.Pytester) -> None:
    inner = run(
        pytester,
        """
        @pytest.mark.xfail(raises=KeyError)
        def test_it(fake_openai):
            fake_openai.script("left")
        """,
    )

    assert inner.outcomes == {"failed": 1}
    assert inner.failure().longreprtext.startswith("fake_openai: 1 scripted reply was never asked for:")


def test_judges_each_case_of_a_parametrised_test_by_itself(pytester: pytest.Pytester) -> None:
    inner = run(
        pytester,
        """
        @pytest.mark.parametrize("count", [1, 2, 1])
        def test_it(fake_openai, openai_client, count):
            fake_openai.script(*["one"] * count)
            say(openai_client, "Hi")
        """,
    )

    assert inner.outcomes == {"failed": 1, "passed": 2}
    assert inner.failure().nodeid == "test_it.py::test_it[2]"


def test_judges_a_fake_that_the_test_asks_for_while_it_runs(pytester: pytest.Pytester) -> None:
    inner = run(
        pytester,
        """
        def test_it(request):
            request.getfixturevalue("fake_openai").script("left")
        """,
    )

    assert inner.outcomes == {"failed": 1}
    assert inner.failure().longreprtext.startswith("fake_openai: 1 scripted reply was never asked for:")


@pytest.mark.parametrize("base", ["TestCase", "IsolatedAsyncioTestCase"])
def test_judges_the_methods_of_a_unittest_class(pytester: pytest.Pytester, base: str) -> None:
    word = "async " if base == "IsolatedAsyncioTestCase" else ""
    inner = run(
        pytester,
        f"""
        import unittest

        @pytest.mark.usefixtures("fake_openai")
        class TestApp(unittest.{base}):
            @pytest.fixture(autouse=True)
            def _fake(self, fake_openai):
                self.fake = fake_openai

            {word}def test_passes(self):
                self.fake.script("one")
                self.assertEqual(say(self.fake.client, "Hi").choices[0].message.content, "one")

            {word}def test_leaves_one(self):
                self.fake.script("left")

            {word}def test_fails_by_itself(self):
                self.fake.script("left")
                self.assertEqual(1, 2)

            {word}def test_skips(self):
                self.fake.script("left")
                self.skipTest("no weather today")

            @unittest.expectedFailure
            {word}def test_expects_to_fail(self):
                self.fake.script("left")
                self.assertEqual(1, 2)
        """,
    )

    assert inner.outcomes == {"failed": 2, "passed": 1, "skipped": 1, "xfailed": 1}
    assert inner.failure("leaves_one").longreprtext.startswith("fake_openai: 1 scripted reply was never asked for:")
    assert "AssertionError: 1 != 2" in inner.failure("fails_by_itself").longreprtext
    assert "never asked for" not in inner.failure("fails_by_itself").longreprtext


ASYNC = {
    "asyncio_strict": ("@pytest.mark.asyncio", ["-o", "asyncio_mode=strict"], [""]),
    "asyncio_auto": ("", ["-o", "asyncio_mode=auto"], [""]),
    "asyncio_session_loop": ("@pytest.mark.asyncio(loop_scope='session')", ["-o", "asyncio_mode=strict"], [""]),
    "anyio": ("@pytest.mark.anyio", ["-o", "asyncio_mode=strict"], ["[asyncio]", "[trio]"]),
}


@pytest.mark.parametrize(("mark", "options", "variants"), ASYNC.values(), ids=ASYNC)
def test_judges_async_tests_in_their_call_phase(
    pytester: pytest.Pytester, mark: str, options: list[str], variants: list[str]
) -> None:
    inner = run(
        pytester,
        f"""
        async def ask(client, text):
            answer = await client.responses.create(model="gpt-5", input=text)
            return answer.output_text

        {mark}
        async def test_passes(fake_openai, async_openai_client):
            fake_openai.script("one")
            assert await ask(async_openai_client, "Hi") == "one"

        {mark}
        async def test_leaves_one(fake_openai):
            fake_openai.script("left")

        {mark}
        async def test_swallows_a_refusal(fake_openai, async_openai_client):
            fake_openai.script("one")
            await ask(async_openai_client, "Hi")
            with contextlib.suppress(openai.BadRequestError):
                await ask(async_openai_client, "And now?")

        {mark}
        async def test_fails_by_itself(fake_openai):
            fake_openai.script("left")
            assert 1 == 2
        """,
        *options,
    )

    assert inner.outcomes == {"failed": 3 * len(variants), "passed": len(variants)}
    for variant in variants:
        begins = {
            name: inner.failure(f"test_{name}{variant}").longreprtext
            for name in ("leaves_one", "swallows_a_refusal", "fails_by_itself")
        }
        assert begins["leaves_one"].startswith("fake_openai: 1 scripted reply was never asked for:")
        assert begins["swallows_a_refusal"].startswith("fake_openai has no reply for request 2: POST /v1/responses")
        assert "assert 1 == 2" in begins["fails_by_itself"]
        assert "never asked for" not in begins["fails_by_itself"]
