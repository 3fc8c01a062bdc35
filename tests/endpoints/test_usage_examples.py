"""The worked examples of usage, sent as an application sends them: chat completions and Responses, in every mode."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI, Reasoning, Refusal, Reply, ToolCall

from ..wire.billing._lamps import ANSWER, BELL, DESCRIPTION, LAMP, PARAMETERS, RUNG, SCHEMA, SYSTEM, THOUGHT, USER
from ._requests import both_clients, both_ways, call_method, chat
from .responses._requests import create_response, wire

Json = dict[str, Any]

pytestmark = pytest.mark.usefixtures("with_tokenizer")

U: Json = {"role": "user", "content": USER}
S: Json = {"role": "system", "content": SYSTEM}
FUNCTION: Json = {"name": "lamp_state", "description": DESCRIPTION, "parameters": PARAMETERS}
BELL_FUNCTION: Json = {"name": "bell", "parameters": {"type": "object", "properties": {}}}
COMPACT_LAMP, REPORT = '{"room":"hall"}', '{"room": "hall", "watts": 40}'

# Chat completions

TOOL: Json = {"tools": [{"type": "function", "function": FUNCTION}]}
FORMAT: Json = {"response_format": {"type": "json_schema", "json_schema": {"name": "lamp_report", "schema": SCHEMA}}}
GPT_5: Json = {"model": "gpt-5"}


def chat_call(call_id: str, name: str, arguments: str) -> Json:
    """A call as a message of the assistant carries it."""
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


LAMP_CALL, BELL_CALL = chat_call("c", "lamp_state", LAMP), chat_call("d", "bell", BELL)
ON, RANG = ({"role": "tool", "tool_call_id": key, "content": text} for key, text in (("c", "on"), ("d", RUNG)))
ROUND = [U, {"role": "assistant", "content": None, "tool_calls": [LAMP_CALL]}, ON]
BOTH = [U, {"role": "assistant", "content": None, "tool_calls": [LAMP_CALL, BELL_CALL]}, ON, RANG]
CALLED = ToolCall("lamp_state", COMPACT_LAMP)
NAMED = {"type": "function", "function": {"name": "lamp_state"}}

# What is asked, the answer, and the tokens of both.
CHATS: dict[str, tuple[Json, object, int, int]] = {
    "text": ({"messages": [U]}, ANSWER, 15, 4),
    "text, gpt-5": ({**GPT_5, "messages": [U]}, ANSWER, 14, 13),
    "tool": ({"messages": [U], **TOOL}, ANSWER, 62, 5),
    "tool, gpt-5": ({**GPT_5, "messages": [U], **TOOL}, CALLED, 143, 24),
    "tool, o4-mini": ({"model": "o4-mini", "messages": [U], **TOOL}, CALLED, 62, 24),
    "tool, system": ({"messages": [S, U], **TOOL}, CALLED, 68, 15),
    "tool, system, gpt-5": ({**GPT_5, "messages": [S, U], **TOOL}, CALLED, 152, 24),
    "tool, late system": ({"messages": [U, S], **TOOL}, CALLED, 72, 15),
    "tool, late system, gpt-5": ({**GPT_5, "messages": [U, S], **TOOL}, CALLED, 153, 24),
    "tool by name": ({"messages": [U], **TOOL, "tool_choice": NAMED}, CALLED, 62 + 7 + 2, 5),
    "round": ({"messages": ROUND}, ANSWER, 15 + 24, 4),
    "round, gpt-5": ({**GPT_5, "messages": ROUND}, ANSWER, 14 + 30, 4 + 3),
    "round, gpt-5.4": ({"model": "gpt-5.4", "messages": ROUND}, ANSWER, 14 + 30, 4 + 3),
    "two calls in one message": ({"messages": BOTH}, ANSWER, 15 + 68, 4),
    "two calls in one message, gpt-5": ({**GPT_5, "messages": BOTH}, ANSWER, 14 + 74, 4 + 3),
    "schema": ({"messages": [U], **FORMAT}, REPORT, 68, 13),
    "schema, system": ({"messages": [S, U], **FORMAT}, REPORT, 74, 13),
    "schema, gpt-5": ({**GPT_5, "messages": [U], **FORMAT}, REPORT, 63, 13 + 9 + 4),
    "schema, system, gpt-5": ({**GPT_5, "messages": [S, U], **FORMAT}, REPORT, 72, 13 + 9 + 4),
    "schema, refused": ({"messages": [U], **FORMAT}, Refusal(ANSWER), 68, 5),
    "two choices": ({"messages": [U], **TOOL, "n": 2}, CALLED, 62, 30),
}


@both_ways
@both_clients
@pytest.mark.parametrize(("fields", "reply", "prompt", "completion"), CHATS.values(), ids=CHATS)
def test_bills_a_chat(
    fake_openai: FakeOpenAI, kind: str, stream: bool, fields: Json, reply: object, prompt: int, completion: int
) -> None:
    fake_openai.otherwise(reply)
    options = {"stream": True, "stream_options": {"include_usage": True}} if stream else {}

    answer = chat(fake_openai, kind, **fields, **options)
    billed = (answer[-1] if stream else answer).usage

    assert (billed.prompt_tokens, billed.completion_tokens) == (prompt, completion)
    assert billed.total_tokens == prompt + completion


def test_bills_two_calls_at_once(fake_openai: FakeOpenAI) -> None:
    tools = [{"type": "function", "function": each} for each in (FUNCTION, BELL_FUNCTION)]
    fake_openai.script(Reply(ToolCall("lamp_state", LAMP), ToolCall("bell", BELL)))

    assert chat(fake_openai, messages=[U], tools=tools).usage.completion_tokens == 49


# Responses

TOOLS: Json = {"tools": [{"type": "function", "strict": True, **FUNCTION}]}
BOTH_TOOLS: Json = {"tools": [*TOOLS["tools"], {"type": "function", "strict": False, **BELL_FUNCTION}]}
TEXT: Json = {"text": {"format": {"type": "json_schema", "name": "lamp_report", "schema": SCHEMA, "strict": False}}}
NEW: Json = {"model": "gpt-5.4"}
FORCED: Json = {"tool_choice": "required"}


def item(call_id: str, name: str, arguments: str) -> Json:
    """A call as an item."""
    return {"type": "function_call", "call_id": call_id, "name": name, "arguments": arguments}


LAMP_ITEM, BELL_ITEM = item("c", "lamp_state", LAMP), item("d", "bell", BELL)
LAMP_ON, BELL_RANG = (
    {"type": "function_call_output", "call_id": key, "output": text} for key, text in (("c", "on"), ("d", RUNG))
)
THINKING: Json = {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": THOUGHT}]}
ITEMS = [U, LAMP_ITEM, LAMP_ON]
BOTH_ITEMS = [U, LAMP_ITEM, BELL_ITEM, LAMP_ON, BELL_RANG]
THOUGHT_ITEMS = [U, THINKING, LAMP_ITEM, LAMP_ON]
THINKS = Reasoning("")
BOTH_CALLED = Reply(ToolCall("lamp_state", LAMP), ToolCall("bell", BELL))

# What is asked, the answer, and the tokens of both.
RESPONSES: dict[str, tuple[Json, object, int, int]] = {
    "text": ({"input": USER}, ANSWER, 15, 5),
    "instructions": ({"input": USER, "instructions": SYSTEM}, ANSWER, 25, 5),
    "text, gpt-5.4": ({**NEW, "input": USER}, ANSWER, 14, 8),
    "thought, gpt-5.4": ({**NEW, "input": USER}, Reply(THINKS, ANSWER), 14, 10),
    "tool": ({"input": [U], **TOOLS}, ANSWER, 56, 6),
    "tool, gpt-5": ({**GPT_5, "input": [U], **TOOLS}, CALLED, 61, 19),
    "tool, called": ({"input": [U], **TOOLS}, CALLED, 56, 16),
    "tool, called, gpt-5.4": ({**NEW, "input": [U], **TOOLS}, Reply(THINKS, CALLED), 61, 21),
    "tool, required": ({"input": [U], **TOOLS, **FORCED}, CALLED, 65, 6),
    "tool, required, gpt-5": ({**GPT_5, "input": [U], **TOOLS, **FORCED}, CALLED, 61, 19),
    "round": ({"input": ITEMS}, ANSWER, 15 + 23, 5),
    "round, gpt-5": ({**GPT_5, "input": ITEMS}, ANSWER, 14 + 29, 8),
    "round, gpt-5.4": ({**NEW, "input": ITEMS}, ANSWER, 14 + 32, 8),
    "round with reasoning, gpt-5": ({**GPT_5, "input": THOUGHT_ITEMS}, ANSWER, 14 + 101, 8),
    "round with reasoning, gpt-5.4": ({**NEW, "input": THOUGHT_ITEMS}, ANSWER, 14 + 104, 8),
    "two calls": ({"input": BOTH_ITEMS}, ANSWER, 15 + 53, 5),
    "two calls, gpt-5": ({**GPT_5, "input": BOTH_ITEMS}, ANSWER, 14 + 65, 8),
    "two calls, gpt-5.4": ({**NEW, "input": BOTH_ITEMS}, ANSWER, 14 + 81, 8),
    "schema": ({"input": [U], **TEXT}, REPORT, 61, 14),
    "schema, gpt-5": ({**GPT_5, "input": [U], **TEXT}, REPORT, 59, 13 + 4 + 4),
    "schema, gpt-5.4": ({**NEW, "input": [U], **TEXT}, REPORT, 59, 13 + 4 + 4),
    "schema and tool": ({"input": [U], **TEXT, **TOOLS}, REPORT, 56 + 46, 13 + 6),
    "refused": ({"input": [U], **TEXT}, Refusal(ANSWER), 61, 5),
}


@pytest.mark.parametrize("mode", ["blocking", "streamed", "background"])
@pytest.mark.parametrize(("fields", "reply", "prompt", "output"), RESPONSES.values(), ids=RESPONSES)
def test_bills_a_response(
    fake_openai: FakeOpenAI, mode: str, fields: Json, reply: object, prompt: int, output: int
) -> None:
    fake_openai.otherwise(reply)
    options: Json = {"streamed": {"stream": True}, "background": {"background": True}}.get(mode, {})

    answer = create_response(fake_openai, **fields, **options)
    response = answer[-1].response if mode == "streamed" else answer
    if mode == "background":
        response = call_method(fake_openai, "sync", "responses.retrieve", response.id)

    billed = response.usage
    assert (billed.input_tokens, billed.output_tokens) == (prompt, output)
    assert billed.total_tokens == prompt + output


@both_ways
def test_bills_two_calls_in_a_response(fake_openai: FakeOpenAI, stream: bool) -> None:
    fake_openai.otherwise(BOTH_CALLED)
    answers = [
        create_response(fake_openai, model=model, stream=stream, **BOTH_TOOLS) for model in ("gpt-4o", "gpt-5.4")
    ]
    responses = [answer[-1].response if stream else answer for answer in answers]

    assert [response.usage.output_tokens for response in responses] == [50, 53]


# What was stored


def read_again(fake: FakeOpenAI, *items: Json, **fields: Any) -> int:
    """The tokens that a request with these items reads."""
    tokens: int = create_response(fake, input=[U, *items], **fields).usage.input_tokens
    return tokens - 15


def called(fake: FakeOpenAI, reply: object = CALLED, **fields: Any) -> tuple[Json, list[Json], list[Json]]:
    """A response that calls: itself, its items, and their results."""
    fake.otherwise(reply)
    response = wire(create_response(fake, input=[U], **{**BOTH_TOOLS, **fields}))
    fake.otherwise(ANSWER)
    outputs = ["on", RUNG]
    calls = [each for each in response["output"] if each["type"] == "function_call"]
    results = [
        {"type": "function_call_output", "call_id": call["call_id"], "output": text}
        for call, text in zip(calls, outputs, strict=False)
    ]
    return response, response["output"], results


def test_reads_a_stored_call_as_it_was_written(fake_openai: FakeOpenAI) -> None:
    _, calls, results = called(fake_openai)

    assert read_again(fake_openai, *calls, *results) == 26
    assert read_again(fake_openai, *calls, *results, model="gpt-5") == 29 - 1


def test_reads_a_call_without_its_id_as_an_item(fake_openai: FakeOpenAI) -> None:
    _, (call,), results = called(fake_openai)
    del call["id"]

    assert read_again(fake_openai, call, *results) == 23


def test_reads_a_reference_to_a_call_as_an_item(fake_openai: FakeOpenAI) -> None:
    _, (call,), results = called(fake_openai)

    assert read_again(fake_openai, {"type": "item_reference", "id": call["id"]}, *results) == 23


def test_reads_a_call_that_was_not_stored_as_an_item(fake_openai: FakeOpenAI) -> None:
    _, calls, results = called(fake_openai, store=False)

    assert read_again(fake_openai, *calls, *results) == 23


def test_reads_calls_that_were_made_together_as_items(fake_openai: FakeOpenAI) -> None:
    _, calls, results = called(fake_openai, BOTH_CALLED)

    assert read_again(fake_openai, *calls, *results) == 53
    assert read_again(fake_openai, calls[0], results[0], calls[1], results[1]) == 53
    assert read_again(fake_openai, calls[0], results[0]) == 23


@pytest.mark.parametrize(
    "fields", [{"tool_choice": {"type": "function", "name": "lamp_state"}}, {**TOOLS, "tool_choice": "required"}]
)
def test_reads_a_call_that_was_forced_as_an_item(fake_openai: FakeOpenAI, fields: Json) -> None:
    _, calls, results = called(fake_openai, **fields)

    assert read_again(fake_openai, *calls, *results) == 23


# Ids as OpenAI makes them: of a response that was stored, and of one that was not.
STORED_ID = "fc_68a1b2c3d4e5f60700690f0e1ca2b481a3b4c5d6e7f8091a2b"
UNSTORED_ID = "fc_68a1b2c3d4e5f60701690f0e1ca2b481a3b4c5d6e7f8091a2b"
SIBLING_ID = "fc_68a1b2c3d4e5f60700690f0e1caaaa81a3ffffffffffffffff"


@pytest.mark.parametrize(
    ("items", "tokens"),
    [
        ([{**LAMP_ITEM, "id": STORED_ID}, LAMP_ON], 26),
        ([{**LAMP_ITEM, "id": UNSTORED_ID}, LAMP_ON], 23),
        ([{**LAMP_ITEM, "id": STORED_ID}, {**BELL_ITEM, "id": SIBLING_ID}, LAMP_ON, BELL_RANG], 53),
        ([{**LAMP_ITEM, "id": STORED_ID}, LAMP_ON, {**BELL_ITEM, "id": SIBLING_ID}, BELL_RANG], 53),
        ([{**LAMP_ITEM, "id": "fc_1"}, {**BELL_ITEM, "id": "fc_2"}, LAMP_ON, BELL_RANG], 53),
        ([{**LAMP_ITEM, "id": "fc_1"}, LAMP_ON, {**BELL_ITEM, "id": "fc_2"}, BELL_RANG], 59),
    ],
)
def test_takes_a_call_that_it_has_not_stored_for_what_its_id_says(
    fake_openai: FakeOpenAI, items: list[Json], tokens: int
) -> None:
    fake_openai.otherwise(ANSWER)

    assert read_again(fake_openai, *items) == tokens


def test_bills_a_chain_as_its_items(fake_openai: FakeOpenAI) -> None:
    first, _, results = called(fake_openai, instructions=SYSTEM)
    second = create_response(fake_openai, input=results, previous_response_id=first["id"], **BOTH_TOOLS)
    third = create_response(fake_openai, input=[U], previous_response_id=second.id, instructions=SYSTEM)
    declared = first["usage"]["input_tokens"] - 25

    assert second.usage.input_tokens == 15 + 26 + declared
    assert third.usage.input_tokens == 15 + 26 + (4 + 4) + 12 + 10


def test_reads_a_call_that_an_earlier_request_brought_as_an_item(fake_openai: FakeOpenAI) -> None:
    fake_openai.otherwise(ANSWER)
    first = create_response(fake_openai, input=ITEMS)
    second = create_response(fake_openai, input=[U], previous_response_id=first.id)

    assert second.usage.input_tokens == first.usage.input_tokens + (4 + 4) + 12


@pytest.mark.parametrize("store", [True, False])
def test_reads_again_what_was_thought_before_a_call(fake_openai: FakeOpenAI, store: bool) -> None:
    fields: Json = {"model": "gpt-5.4", "store": store, "include": ["reasoning.encrypted_content"]}
    _, items, results = called(fake_openai, Reply(Reasoning(THOUGHT), CALLED), **fields)
    assert [each["type"] for each in items] == ["reasoning", "function_call"]

    assert read_again(fake_openai, *items, *results, **fields) == 104 - 1
    assert read_again(fake_openai, *items, *results, U, **fields) == 32 + 12 - 1


@pytest.mark.parametrize("fields", [{}, {"instructions": SYSTEM}, TOOLS, TEXT, {"input": ITEMS}])
def test_counts_beforehand_what_a_response_will_read(fake_openai: FakeOpenAI, fields: Json) -> None:
    fake_openai.otherwise(REPORT)
    request = {"model": "gpt-4o", "input": USER, **fields}
    counted = call_method(fake_openai, "sync", "post", "/responses/input_tokens", cast_to=object, body=request)

    assert counted["input_tokens"] == create_response(fake_openai, **request).usage.input_tokens
