"""Compacting: what the user said and one item for all the rest, which is input for the next response."""

from __future__ import annotations

from typing import Any

import pytest
from openai.resources.responses import Responses

from pytest_fakeopenai import FakeOpenAI, RateLimit, Reasoning, Reply

from .._requests import Answer, both_clients, call_method, error, send
from ._requests import PARIS, ROUND, TOOLS, Json, anonymous, create_response, post, usage, wire

# Texts and figures are those of words; tokens have tests of their own.
pytestmark = pytest.mark.usefixtures("without_tokenizer")

USER: Json = {"role": "user", "content": "Hi"}
COMPACTED: Json = {"id": "cmp_1", "type": "compaction", "encrypted_content": "gAAAAAB_1"}
HAS_COMPACT = hasattr(Responses, "compact")


def compact(fake: FakeOpenAI, **body: Any) -> Answer:
    return send(fake, "POST", "/v1/responses/compact", {"model": "gpt-4o", **body})


def user_message(text: str, n: int = 1) -> Json:
    """A message of the user, as it is kept."""
    content = [{"type": "input_text", "text": text}]
    return {"id": f"msg_{n}", "type": "message", "status": "completed", "content": content, "role": "user"}


def nameless(output: list[Json]) -> Any:
    """Output with the ids told apart by their kinds only."""
    renamed = [{**item, "id": item["id"].replace("cmp_", "rs_")} for item in output]
    return [{**item, "id": item["id"].replace("rs_", "cmp_")} for item in anonymous(renamed)]


def test_keeps_what_the_user_said_and_one_item_more(fake_openai: FakeOpenAI) -> None:
    items = [{"role": "developer", "content": "Be brief."}, *ROUND, {"role": "assistant", "content": "Cold."}, USER]
    compaction = compact(fake_openai, input=items).json
    assert list(compaction) == ["id", "object", "created_at", "output", "usage"]
    assert compaction["object"] == "response.compaction"
    assert nameless(compaction["output"]) == [user_message("Hi"), user_message("Hi", 2), COMPACTED]
    key = compaction["id"].removeprefix("resp_")
    assert (len(key), key[16:18]) == (50, "01")
    assert {item["id"].partition("_")[2][:26] for item in compaction["output"]} == {key[:26]}


def test_tells_what_was_read_and_what_was_written(fake_openai: FakeOpenAI) -> None:
    counted = send(fake_openai, "POST", "/v1/responses/input_tokens", {"model": "gpt-4o", "input": ROUND}).json
    compaction = compact(fake_openai, input=ROUND).json
    assert compaction["usage"] == usage(counted["input_tokens"], 4)


def test_takes_a_string_and_nothing(fake_openai: FakeOpenAI) -> None:
    assert nameless(compact(fake_openai, input="Hi").json["output"]) == [user_message("Hi"), COMPACTED]
    assert nameless(compact(fake_openai, input=None).json["output"]) == [COMPACTED]


def test_continues_a_chain(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(Reasoning("Hm."), PARIS))
    first = post(fake_openai, input="Paris?", tools=TOOLS).json
    result = {"type": "function_call_output", "call_id": first["output"][1]["call_id"], "output": "cold"}
    compaction = compact(fake_openai, input=[result, USER], previous_response_id=first["id"]).json
    assert nameless(compaction["output"]) == [user_message("Paris?"), user_message("Hi", 2), COMPACTED]
    assert compaction["id"][5:21] == first["id"][5:21]


@pytest.mark.skipif(not HAS_COMPACT, reason="this SDK compacts nothing")
@both_clients
def test_goes_on_from_what_was_compacted(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.when(text="And").script("Warm.")
    fake_openai.otherwise("Cold.")
    first = create_response(fake_openai, kind, input="Paris?")
    compacted = call_method(fake_openai, kind, "responses.compact", model="gpt-4o", previous_response_id=first.id)
    items: Any = [*wire(compacted)["output"], {"role": "user", "content": "And Rome?"}]
    second = create_response(fake_openai, kind, input=items)
    assert second.output_text == "Warm."
    again = call_method(fake_openai, kind, "responses.compact", model="gpt-4o", previous_response_id=second.id)
    kinds = [item["type"] for item in wire(again)["output"]]
    assert kinds == ["message", "message", "compaction"]
    sent = fake_openai.requests.where(endpoint="responses").last.messages
    assert [item.get("role") for item in sent] == ["user", None, "user"]


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        (
            {"model": None, "input": "Hi"},
            400,
            error("Missing required parameter: 'model'.", param="model", code="missing_required_parameter"),
        ),
        (
            {"previous_response_id": "resp_x"},
            400,
            error(
                "Previous response with id 'resp_x' not found.",
                param="previous_response_id",
                code="previous_response_not_found",
            ),
        ),
        pytest.param(
            {"input": [{"role": "tool", "content": "x"}]},
            400,
            error(
                "Invalid value: 'tool'. Supported values are: 'assistant', 'system', 'developer', and 'user'.",
                param="input[0]",
                code="invalid_value",
            ),
            marks=pytest.mark.skipif(not HAS_COMPACT, reason="this SDK compacts nothing"),
        ),
    ],
)
def test_refuses_what_it_cannot_compact(fake_openai: FakeOpenAI, body: Json, status: int, expected: Json) -> None:
    answer = compact(fake_openai, **body)
    assert (answer.status, answer.json) == (status, expected)


def test_lets_a_rule_answer(fake_openai: FakeOpenAI) -> None:
    mine = {"object": "response.compaction", "output": []}
    fake_openai.when(endpoint="responses.compact").script(RateLimit(), Reply(mine, unchecked=True))
    assert [compact(fake_openai, input="Hi").status for _ in range(2)] == [429, 200]
    assert fake_openai.requests.last.response == mine
