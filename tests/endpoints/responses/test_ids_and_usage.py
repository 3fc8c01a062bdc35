"""What a response numbers and counts: ids in the layout of the API, seconds, tokens."""

from __future__ import annotations

import re

import pytest

from pytest_fakeopenai import FakeOpenAI, Reasoning, Reply, ToolCall

from ._requests import FIRST_SECOND, PARIS, TOOLS, create_response, post, usage

LAYOUT = re.compile(
    r"(resp|msg|rs|fc|ctc)_([0-9a-f]{16})(00|01)([0-9a-f]{8})([0-9a-f]{4})(81[0-9a-f]{2})([0-9a-f]{16})"
)


def layout(id_: str) -> tuple[str, ...]:
    match = LAYOUT.fullmatch(id_)
    assert match is not None
    return match.groups()


@pytest.mark.parametrize(("store", "flag"), [(True, "00"), (False, "01")])
def test_makes_ids_in_the_layout_of_the_api(fake_openai: FakeOpenAI, store: bool, flag: str) -> None:
    fake_openai.script(Reply(Reasoning("Hm."), "Yes.", PARIS, ToolCall("shell", "ls")))
    response = post(fake_openai, tools=TOOLS, store=store).json
    ids = [response["id"], *(item["id"] for item in response["output"])]
    prefixes, keys, flags, seconds, _, shards, tails = zip(*map(layout, ids), strict=True)
    assert prefixes == ("resp", "rs", "msg", "fc", "ctc")
    assert (set(flags), set(seconds)) == ({flag}, {f"{response['created_at']:08x}"})
    assert (len(set(keys)), len(set(shards)), len(set(tails))) == (1, 1, 5)
    calls = [item["call_id"] for item in response["output"][2:]]
    assert all(re.fullmatch("call_[0-9A-Za-z]{24}", call) for call in calls)
    assert len(set(calls)) == 2


def test_shares_the_chain_key_with_the_response_it_continues(fake_openai: FakeOpenAI) -> None:
    first = create_response(fake_openai)
    second = create_response(fake_openai, previous_response_id=first.id)
    third = create_response(fake_openai, previous_response_id=second.id)
    stranger = create_response(fake_openai)
    keys = [layout(each.id)[1] for each in (first, second, third, stranger)]
    assert keys[0] == keys[1] == keys[2] != keys[3]
    assert [layout(each.output[0].id)[1] for each in (first, second, third, stranger)] == keys
    assert len({first.id, second.id, third.id}) == 3
    assert [each.created_at - FIRST_SECOND for each in (first, second, third, stranger)] == [0, 1, 2, 3]


def test_says_the_id_and_the_model_that_the_reply_gives(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hello!", id="resp_mine", model="gpt-4o-2024-08-06"))
    response = create_response(fake_openai)
    assert (response.id, response.model) == ("resp_mine", "gpt-4o-2024-08-06")
    assert fake_openai.client.responses.retrieve("resp_mine").output_text == "Hello!"


def test_counts_the_chain_it_continues(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Hello!", "Bye!")
    first = create_response(fake_openai, instructions="Not carried over")
    second = create_response(fake_openai, previous_response_id=first.id)
    assert second.usage.input_tokens == 3 + (4 + 1) + (4 + 2) + (4 + 1)


def test_counts_as_the_reply_says(fake_openai: FakeOpenAI) -> None:
    figures = {"prompt_tokens": 100, "output_tokens_details": {"reasoning_tokens": 7}, "input_tokens_details": {"x": 1}}
    fake_openai.script(Reply("Hello!", usage=figures))
    expected = usage(100, 2 + 1, 7)
    expected["input_tokens_details"]["x"] = 1
    assert post(fake_openai).json["usage"] == expected
