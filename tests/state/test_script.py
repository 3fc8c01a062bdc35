"""The script: which of rules, queue, default and echo answers a request, and what is left over."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai
import pytest

from pytest_fakeopenai import ApiError, FakeOpenAI, RateLimit, RecordedRequest, Reply, Rule

from ..verdicts import verdict_of


def ask(fake: FakeOpenAI, text: str = "Hi", model: str = "gpt-4o") -> str:
    return fake.client.responses.create(model=model, input=text).output_text


def chat(fake: FakeOpenAI, text: str = "Hi") -> str | None:
    messages: Any = [{"role": "user", "content": text}]
    return fake.client.chat.completions.create(model="gpt-4o", messages=messages).choices[0].message.content


def complete(fake: FakeOpenAI, text: str = "Hi") -> str:
    return fake.client.completions.create(model="gpt-3.5-turbo-instruct", prompt=text).choices[0].text


def test_gives_each_reply_once_and_in_order(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("one", "two")
    fake_openai.script("three")

    assert [ask(fake_openai), chat(fake_openai), complete(fake_openai)] == ["one", "two", "three"]


def test_asks_rules_in_the_order_written_then_the_queue_then_the_default(fake_openai: FakeOpenAI) -> None:
    fake_openai.otherwise("default")
    fake_openai.script("queue")
    fake_openai.when(text="Hi").script("first rule")
    fake_openai.when(model="gpt-4o").script("second rule").always("second rule, always")
    fake_openai.when(text="Hi", model=re.compile("4o")).always("never reached")

    answers = [ask(fake_openai) for _ in range(3)]
    assert answers == ["first rule", "second rule", "second rule, always"]
    assert [ask(fake_openai, model="o3") for _ in range(2)] == ["queue", "default"]


def test_passes_on_where_a_rule_has_nothing_left(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(text="Hi").script("rule")
    fake_openai.when(text="Hi").script("next rule")
    fake_openai.script("queue")
    fake_openai.otherwise("default")

    assert [ask(fake_openai) for _ in range(5)] == ["rule", "next rule", "queue", "default", "default"]


@pytest.mark.fake_openai(unused="allow")
def test_passes_on_where_a_rule_was_given_nothing(fake_openai: FakeOpenAI) -> None:
    rule = fake_openai.when(text="Hi")

    assert ask(fake_openai) == "Hi"
    assert repr(rule) == "when(text='Hi')"


def test_chains_what_a_rule_says(fake_openai: FakeOpenAI) -> None:
    rule = fake_openai.when(text="Hi")

    assert isinstance(rule, Rule)
    assert rule.always("always").script("once").script("twice") is rule
    assert [ask(fake_openai) for _ in range(4)] == ["once", "twice", "always", "always"]


def test_keeps_a_queue_for_each_rule(fake_openai: FakeOpenAI) -> None:
    for name in ("red", "blue"):
        fake_openai.when(system=name).script(*(f"{name} {turn}" for turn in range(5)))

    def agent(name: str) -> list[str]:
        client = fake_openai.client
        return [client.responses.create(model="m", input="go", instructions=name).output_text for _ in range(5)]

    with ThreadPoolExecutor() as pool:
        red, blue = pool.map(agent, ("red", "blue"))

    assert red == [f"red {turn}" for turn in range(5)]
    assert blue == [f"blue {turn}" for turn in range(5)]


def test_never_gives_one_reply_to_two_concurrent_requests(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(*map(str, range(20)))

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(fake_openai), range(20)))

    assert sorted(map(int, answers)) == list(range(20))


@pytest.mark.parametrize("send", [ask, chat, complete])
def test_echoes_until_something_is_scripted(fake_openai: FakeOpenAI, send: Any) -> None:
    assert send(fake_openai, "first") == "first"

    fake_openai.script("scripted")
    assert send(fake_openai, "second") == "scripted"

    with pytest.raises(openai.BadRequestError) as caught:
        send(fake_openai, "third")
    assert caught.value.code == "unscripted_request"
    assert len(fake_openai.requests) == 3  # not retried
    assert str(verdict_of(fake_openai)).startswith("fake_openai has no reply for request 3: POST /v1/")


@pytest.mark.parametrize(
    ("write", "scripted"),
    [
        (lambda fake: fake.script("x"), 1),
        (lambda fake: fake.when(text="Hi").script("x", "y"), 2),
        (lambda fake: fake.when(text="other").always("x"), 0),
        (lambda fake: fake.when(endpoint="responses", text="other").always("x"), 0),
        (lambda fake: fake.when(endpoint="chat.completions").always("x"), 0),
        (lambda fake: fake.script(), 0),
    ],
    ids=["queue", "rule", "always", "own endpoint", "other endpoint", "nothing at all"],
)
def test_refuses_what_is_not_scripted_once_anything_is(fake_openai: FakeOpenAI, write: Any, scripted: int) -> None:
    write(fake_openai)

    for _ in range(scripted):
        ask(fake_openai)
    with pytest.raises(openai.BadRequestError):
        ask(fake_openai)

    assert [each.status for each in fake_openai.requests] == [200] * scripted + [400]
    assert f"no reply for request {scripted + 1}" in str(verdict_of(fake_openai))


def test_goes_on_echoing_beside_rules_for_endpoints_that_do_not_generate(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(endpoint="models.list").always({"object": "list", "data": []})

    assert ask(fake_openai, "still an echo") == "still an echo"


def test_answers_what_is_not_scripted_with_the_default(fake_openai: FakeOpenAI) -> None:
    fake_openai.otherwise("old default")
    fake_openai.otherwise("default")
    fake_openai.script("scripted")

    assert [ask(fake_openai) for _ in range(3)] == ["scripted", "default", "default"]


def test_echoes_what_is_not_scripted_where_that_is_allowed() -> None:
    with FakeOpenAI(unscripted="echo") as fake:
        fake.script("scripted")

        assert [ask(fake, "first"), ask(fake, "second")] == ["scripted", "second"]


def test_begins_anew_after_a_reset(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("never given")
    fake_openai.when(text="Hi").always("never given")
    fake_openai.otherwise("never given")

    fake_openai.reset()

    assert ask(fake_openai, "Hi") == "Hi"
    assert len(fake_openai.requests) == 1


@pytest.mark.parametrize("endpoint", ["models.list", re.compile(r"^models\.")])
def test_lets_a_rule_that_names_an_endpoint_stand_in_for_it(fake_openai: FakeOpenAI, endpoint: Any) -> None:
    model = {"id": "my-model", "object": "model", "created": 1, "owned_by": "me"}
    fake_openai.when(endpoint=endpoint).script({"object": "list", "data": [model]})

    assert [each.id for each in fake_openai.client.models.list()] == ["my-model"]
    assert "gpt-4o" in [each.id for each in fake_openai.client.models.list()]


def test_lets_a_rule_that_names_an_endpoint_fail_it(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(endpoint="models.retrieve").script(RateLimit(), ApiError(404, "gone", code="model_not_found"))

    with pytest.raises(openai.NotFoundError) as caught:
        fake_openai.client.models.retrieve("gpt-4o")

    assert caught.value.code == "model_not_found"
    assert [each.status for each in fake_openai.requests] == [429, 404]


def test_keeps_plain_rules_and_replies_away_from_other_endpoints(fake_openai: FakeOpenAI) -> None:
    fake_openai.when().always("for generating endpoints")
    fake_openai.script("also")
    fake_openai.otherwise("as well")

    assert fake_openai.client.models.retrieve("gpt-4o").id == "gpt-4o"
    assert ask(fake_openai) == "for generating endpoints"
    fake_openai.reset()


@pytest.mark.parametrize("reply", [Reply("not JSON"), Reply()], ids=repr)
def test_refuses_to_stand_in_with_what_is_not_json(fake_openai: FakeOpenAI, reply: Reply) -> None:
    fake_openai.when(endpoint="models.list").script(reply)

    with pytest.raises(openai.BadRequestError) as caught:
        fake_openai.client.models.list()

    assert caught.value.code == "unfit_reply"
    complaint = f"{reply!r} is not JSON, which models.list answers with"
    assert str(verdict_of(fake_openai)) == f"fake_openai cannot send the reply to request 1: {complaint}."


def test_fails_the_test_for_replies_that_nobody_asked_for(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(text="never").script("rule")
    fake_openai.when(text="at all").always("an always is no leftover")
    fake_openai.script("used", RateLimit(), lambda request: "x")
    ask(fake_openai)

    lines = str(verdict_of(fake_openai)).splitlines()
    assert lines[:4] == [
        "fake_openai: 3 scripted replies were never asked for:",
        "  when(text='never'): Text('rule')",
        "  script: RateLimit()",
        "  script: callable <lambda>",
    ]


def test_allows_replies_that_nobody_asked_for_where_told_to() -> None:
    with FakeOpenAI(unused="allow") as fake:
        fake.script("never", "given")
        reply = ask(fake)

    assert reply == "never"


@pytest.mark.parametrize(
    ("scripted", "noted"),
    [("Hi", Reply("Hi")), ({"a": 1}, Reply('{"a":1}')), (Reply("Hi", "there"), Reply("Hi", "there"))],
)
def test_notes_which_reply_a_request_got(fake_openai: FakeOpenAI, scripted: object, noted: Reply) -> None:
    fake_openai.script(RateLimit(), scripted)

    ask(fake_openai)

    assert [each.reply for each in fake_openai.requests] == [Reply(RateLimit()), noted]


def test_takes_a_callable_that_counts_as_false(fake_openai: FakeOpenAI, openai_client: openai.OpenAI) -> None:
    class Replies(list[str]):
        def __call__(self, request: RecordedRequest) -> str:
            return "said"

    fake_openai.script(Replies())
    assert openai_client.responses.create(model="gpt-4o", input="Hi").output_text == "said"


@pytest.mark.parametrize("endpoint", [re.compile("^responses$"), lambda name: name == "responses", "responses"])
def test_counts_a_rule_for_a_generating_endpoint_as_scripting(fake_openai: FakeOpenAI, endpoint: Any) -> None:
    fake_openai.when(endpoint=endpoint, text="other").always("x")
    with pytest.raises(openai.BadRequestError):
        fake_openai.client.responses.create(model="gpt-4o", input="Hi")
    assert "has no reply for request 1" in str(verdict_of(fake_openai))


@pytest.mark.parametrize("endpoint", [re.compile("^embeddings$"), "embeddings"])
def test_goes_on_echoing_where_only_other_endpoints_have_rules(fake_openai: FakeOpenAI, endpoint: Any) -> None:
    fake_openai.when(endpoint=endpoint).always({"data": []})
    assert fake_openai.client.responses.create(model="gpt-4o", input="Hi").output_text == "Hi"
