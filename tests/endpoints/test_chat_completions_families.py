"""What of a chat completion the family of its model decides: names, ids, and which keys there are."""

from __future__ import annotations

import uuid

import pytest

from pytest_fakeopenai import FakeOpenAI, Refusal, Reply

from ._requests import both_ways, chat

# model, as it is answered, the keys of a choice, the keys at the end, the fingerprint
PLAIN, TERSE = ["index", "message", "logprobs", "finish_reason"], ["index", "message", "finish_reason"]
TIER = ["service_tier", "system_fingerprint"]
SHAPES: list[tuple[str, str, list[str], list[str], str | None]] = [
    ("gpt-4o", "gpt-4o-2024-08-06", PLAIN, TIER, "fp_44709d6fcb"),
    ("gpt-4o-2024-05-13", "gpt-4o-2024-05-13", PLAIN, TIER, "fp_44709d6fcb"),
    ("gpt-4", "gpt-4-0613", PLAIN, TIER, None),
    ("gpt-3.5-turbo", "gpt-3.5-turbo-0125", PLAIN, TIER, None),
    ("o3", "o3-2025-04-16", TERSE, TIER, None),
    ("o3-mini", "o3-mini-2025-01-31", TERSE, TIER, "fp_44709d6fcb"),
    ("gpt-5.6-terra", "gpt-5.6-terra", TERSE, TIER, None),
    ("ft:gpt-5-mini:acme::x", "ft:gpt-5-mini:acme::x", TERSE, TIER, None),
    (
        "gpt-4o-search-preview",
        "gpt-4o-search-preview-2025-03-11",
        TERSE,
        ["system_fingerprint"],
        "",
    ),
    (
        "gpt-4o-audio-preview",
        "gpt-4o-audio-preview-2025-06-03",
        TERSE,
        TIER,
        "fp_44709d6fcb",
    ),
]


@pytest.mark.parametrize(
    ("model", "snapshot", "choice", "end", "fingerprint"), SHAPES, ids=[case[0] for case in SHAPES]
)
@both_ways
def test_has_the_keys_of_its_family(
    fake_openai: FakeOpenAI,
    stream: bool,
    model: str,
    snapshot: str,
    choice: list[str],
    end: list[str],
    fingerprint: str | None,
) -> None:
    chat(fake_openai, model=model, stream=stream)
    request = fake_openai.requests.only
    assert (request.response["model"], request.response["system_fingerprint"]) == (snapshot, fingerprint)
    assert list(request.response) == ["id", "object", "created", "model", "choices", "usage", *end]
    assert list(request.response["choices"][0]) == choice
    for event in request.events:
        assert list(event) == ["id", "object", "created", "model", *end, "choices", "obfuscation"]
        assert list(event["choices"][0]) == [key.replace("message", "delta") for key in choice]


@pytest.mark.parametrize("model", ["gpt-4o-search-preview", "gpt-4o-mini-search-preview-2025-03-11"])
def test_identifies_an_answer_of_a_search_model_by_a_uuid(fake_openai: FakeOpenAI, model: str) -> None:
    ids = [chat(fake_openai, model=model).id for _ in range(2)]
    for id_ in ids:
        assert str(uuid.UUID(id_.removeprefix("chatcmpl-"), version=4)) == id_.removeprefix("chatcmpl-")
    assert len(set(ids)) == 2


@pytest.mark.parametrize(
    ("requested", "served"),
    [(None, "default"), ("auto", "default"), ("default", "default"), ("flex", "flex"), ("priority", "priority")],
)
@both_ways
def test_tells_the_tier_that_served_the_request(
    fake_openai: FakeOpenAI, stream: bool, requested: str | None, served: str
) -> None:
    answer = chat(fake_openai, stream=stream, service_tier=requested)
    assert {each.service_tier for each in (answer if stream else [answer])} == {served}


@pytest.mark.parametrize(("reply", "content"), [(Reply(finish_reason="length"), ""), (Refusal("No"), None)])
def test_says_nothing_where_all_went_into_thinking(fake_openai: FakeOpenAI, reply: object, content: str | None) -> None:
    fake_openai.script(reply)
    assert chat(fake_openai, model="gpt-5").choices[0].message.content == content
