"""What a test writes that can have no effect: said at its line, or as the test ends."""

from __future__ import annotations

import pytest

from pytest_fakeopenai import FakeOpenAI, FakeOpenAIServer, VerdictError

from ..verdicts import verdict_of
from .support import line_of, run

ALLOW = '@pytest.mark.fake_openai(unused="allow"), FakeOpenAI(unused="allow") or the ini option fake_openai_unused'
KEPT = """
    import contextlib
    kept = []

    def test_keeps(fake_openai):
        kept.extend([fake_openai, fake_openai.when(text="x").always("a")])

    @pytest.mark.parametrize("late", [
        lambda: kept[1].script("b"), lambda: kept[1].always("b"), lambda: kept[0].when(text="y"),
        lambda: kept[0].script("b"), lambda: kept[0].otherwise("b"),
    ])
    def test_uses(late):
        with pytest.raises(RuntimeError, match=r"takes nothing more: its test, test_it\\.py::test_keeps, is over$"):
            late()
"""


def ask(fake: FakeOpenAI, text: str = "x") -> str:
    return fake.client.responses.create(model="gpt-4o", input=text).output_text


@pytest.mark.parametrize("method", ["script", "always"])
def test_refuses_a_reply_to_a_rule_that_was_reset(fake_openai: FakeOpenAI, method: str) -> None:
    rule = fake_openai.when(text="x").always("a")
    fake_openai.reset()

    message = r"^when\(text='x'\) of \S*test_ineffective\.py:\d+ takes nothing more: reset\(\) has forgotten it; write"
    with pytest.raises(RuntimeError, match=message):
        getattr(rule, method)("b")

    fake_openai.when(text="x").always("c")
    assert ask(fake_openai) == "c"


def test_refuses_to_script_a_fake_whose_test_is_over(pytester: pytest.Pytester) -> None:
    assert run(pytester, KEPT).outcomes == {"passed": 6}


def test_may_be_scripted_before_it_is_active_and_again_after() -> None:
    fake = FakeOpenAI()
    fake.script("a")
    with fake:
        assert ask(fake) == "a"
    fake.script("b")
    with fake:
        assert ask(fake) == "b"


def test_fails_for_rules_that_were_never_given_a_reply(pytester: pytest.Pytester) -> None:
    source = """
    def test_it(fake_openai):
        fake_openai.when(text="x")
        fake_openai.when(text="y").always("y")
        fake_openai.when(
            endpoint="embeddings.create",
        ).script()
    """
    failure = run(pytester, source).failure()

    line = line_of(source, "when(")
    assert failure.longreprtext.splitlines()[-4:] == [
        "fake_openai: 2 rules were never given a reply:",
        f"  when(text='x') at test_it.py:{line}",
        f"  when(endpoint='embeddings.create') at test_it.py:{line + 2}",
        f"Give it one with .script(…) or .always(…), or allow it: {ALLOW}.",
    ]


@pytest.mark.fake_openai(unused="allow")
def test_allows_rules_without_a_reply_where_the_unused_is_allowed(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(text="x")
    fake_openai.check()


def test_fails_for_a_rule_behind_one_that_always_answers(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(text="x", model="gpt-4o").always("a")
    fake_openai.when(text="x", model="gpt-4o").always("b")
    assert ask(fake_openai) == "a"

    lines = str(verdict_of(fake_openai)).splitlines()
    assert lines[0] == "fake_openai: 1 rule was out of reach, for an earlier one always answers:"
    assert lines[1].startswith("  when(text='x', model='gpt-4o') at ")
    assert ", behind when(text='x', model='gpt-4o') at " in lines[1]
    assert lines[2] == f"Tell them apart by their conditions, or allow it: {ALLOW}."


def test_fails_for_a_rule_behind_one_without_conditions(fake_openai: FakeOpenAI) -> None:
    fake_openai.when().always("a")
    fake_openai.when(text="x").script("b")
    assert ask(fake_openai) == "a"

    text = str(verdict_of(fake_openai))
    assert text.startswith("fake_openai: 1 scripted reply was never asked for:\n  when(text='x'): Text('b')\n")
    assert "1 rule was out of reach" in text


def is_long(text: str) -> bool:
    return len(text) > 10


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ({"text": "x"}, {"text": "y"}),
        ({"text": "x"}, {"text": "x", "endpoint": "embeddings"}),
        ({"text": is_long}, {"text": lambda text: len(text) > 10}),
        ({"text": "x", "model": "gpt-4o"}, {"text": "x"}),
        ({"endpoint": "responses"}, {"endpoint": "chat.completions.create"}),
    ],
)
def test_lets_rules_stand_that_can_answer(fake_openai: FakeOpenAI, earlier: object, later: object) -> None:
    fake_openai.when(**earlier).always("a")  # type: ignore[arg-type]  # a dict of any
    fake_openai.when(**later).always("b")  # type: ignore[arg-type]  # a dict of any
    fake_openai.check()


def test_lets_a_rule_stand_that_answered_or_says_the_same(fake_openai: FakeOpenAI) -> None:
    first = fake_openai.when(text="x")
    fake_openai.when(text="x").always("b")
    assert ask(fake_openai) == "b"
    first.always("a")
    fake_openai.when(text="x").always("a")
    assert ask(fake_openai) == "a"


def test_replaces_what_a_rule_and_the_default_always_say(fake_openai: FakeOpenAI) -> None:
    rule = fake_openai.when(text="x").always("a")
    fake_openai.otherwise("default")
    assert (ask(fake_openai), ask(fake_openai, "y")) == ("a", "default")

    rule.always("b")
    fake_openai.otherwise("other")
    assert (ask(fake_openai), ask(fake_openai, "y")) == ("b", "other")


MARKED = """
    @pytest.fixture
    def indirectly(openai_client):
        return openai_client

    @pytest.fixture
    def automatically(request):
        return request.getfixturevalue("fake_openai")

    @pytest.mark.fake_openai(unused="allow")
    def test_directly(fake_openai): pass

    @pytest.mark.fake_openai(unused="allow")
    def test_indirectly(indirectly): pass

    @pytest.mark.usefixtures("async_openai_client")
    @pytest.mark.fake_openai(unused="allow")
    def test_by_name(): pass

    @pytest.mark.fake_openai(unused="allow")
    def test_as_it_runs(request):
        request.getfixturevalue("openai_client")

    class TestAutomatically:
        @pytest.fixture(autouse=True)
        def use(self, automatically): pass

        @pytest.mark.fake_openai(unused="allow")
        def test_it(self): pass
"""
WITHOUT = """
    @pytest.mark.fake_openai(unused="allow")
    def test_it(): pass
"""
OF_ANOTHER_LIFE = """
    @pytest.fixture
    def shared(fake_openai_server):
        with fake_openai_server.open() as fake:
            yield fake

    @pytest.mark.fake_openai(unused="allow")
    def test_it(shared): pass
"""
OF_A_CLASS = """
    @pytest.mark.fake_openai(unused="allow")
    class TestNone:
        def test_it(self): pass
        def test_other(self): pass

    @pytest.mark.fake_openai(unused="allow")
    class TestSome:
        def test_it(self): pass
        def test_other(self, openai_client): pass

    @pytest.mark.fake_openai(unused="allow")
    class TestMaybe:
        def test_it(self, request): pass
"""
USELESS = "fake_openai: the marker has no effect"


def test_takes_the_marker_wherever_the_fixture_is_used(pytester: pytest.Pytester) -> None:
    assert run(pytester, MARKED).outcomes == {"passed": 5}


@pytest.mark.parametrize("source", [WITHOUT, OF_ANOTHER_LIFE])
def test_warns_of_the_marker_on_a_test_without_the_fixture(pytester: pytest.Pytester, source: str) -> None:
    outcome = run(pytester, source, "-W", "default")

    assert outcome.outcomes == {"passed": 1, "warnings": 1}
    assert f"{USELESS} on a test that uses no fake_openai" in outcome.output
    assert f"test_it.py:{line_of(source, '@pytest.mark.fake_openai')}: FakeOpenAIWarning" in outcome.output


def test_fails_by_the_warning_where_warnings_are_errors(pytester: pytest.Pytester) -> None:
    assert run(pytester, WITHOUT).outcomes == {"failed": 1}


@pytest.mark.parametrize("options", [(), ("-n", "2")])
def test_warns_once_of_the_marker_on_a_class_none_of_whose_tests_uses_the_fixture(
    pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    outcome = run(pytester, OF_A_CLASS, *options, where="subprocess")

    assert outcome.outcomes == {"passed": 5, "warnings": 1}
    assert f"{USELESS} on TestNone, none of whose tests uses fake_openai" in outcome.output


@pytest.mark.parametrize("selection", ["test_it.py::TestSome::test_it", "test_it.py::TestNone::test_it"])
def test_does_not_judge_a_class_by_a_part_of_it(pytester: pytest.Pytester, selection: str) -> None:
    assert run(pytester, OF_A_CLASS, selection).outcomes == {"passed": 1}


def test_judges_a_class_before_some_of_it_is_deselected(pytester: pytest.Pytester) -> None:
    outcomes = run(pytester, OF_A_CLASS, "-k", "TestSome and test_it and not test_other").outcomes

    assert outcomes == {"passed": 1, "deselected": 4, "warnings": 1}


@pytest.mark.parametrize("thing", [None, "client", 5, FakeOpenAI, object()])
def test_adopts_clients_only(fake_openai: FakeOpenAI, thing: object) -> None:
    with pytest.raises(TypeError, match=r"^adopt\(\) takes an OpenAI client, got "):
        fake_openai.adopt(thing)  # type: ignore[type-var]  # that is the point


def test_refuses_options_that_there_are_none_of(fake_openai_server: FakeOpenAIServer) -> None:
    with pytest.raises(ValueError, match=r"^fake_openai has no option 'unusd'; did you mean unused=\?"):
        fake_openai_server.open(unusd="allow")  # type: ignore[call-arg]  # that is the point


def test_says_that_a_gate_is_in_no_reply(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()

    with pytest.raises(TimeoutError, match=r"^no reply reached the gate within 0\.01 s; is it part of a "):
        gate.wait_reached(timeout=0.01)


def test_judges_what_was_scripted_before_it_was_active() -> None:
    fake = FakeOpenAI()
    fake.when(text="x")

    with pytest.raises(VerdictError, match="1 rule was never given a reply"), fake:
        pass
