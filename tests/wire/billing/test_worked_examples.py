"""Worked examples of the API's arithmetic: requests and answers with their numbers of tokens."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai.wire import tokens
from pytest_fakeopenai.wire.billing.answer import Output, spent
from pytest_fakeopenai.wire.billing.format_text import format_text
from pytest_fakeopenai.wire.billing.prompt import prompt_tokens
from pytest_fakeopenai.wire.billing.typescript import namespace
from pytest_fakeopenai.wire.protocol.call import Call, Message, Tool, ToolUse

from ._lamps import ANSWER, BELL, DESCRIPTION, LAMP, PARAMETERS, RUNG, SCHEMA, SYSTEM, THOUGHT, USER

with_tokenizer = pytest.mark.usefixtures("with_tokenizer")
without_tokenizer = pytest.mark.usefixtures("without_tokenizer")

CHAT, RESPONSES = "chat.completions", "responses"
U, S = Message("user", USER), Message("system", SYSTEM)
TOOL = Tool("lamp_state", parameters=PARAMETERS, description=DESCRIPTION)
FORMAT: Any = {"name": "lamp_report", "schema": SCHEMA}
NAMED: Any = {"tool_choice": {"type": "function", "function": {"name": "lamp_state"}}}


def call(model: str, *messages: Message, endpoint: str = CHAT, tool: bool = False, schema: bool = False) -> Call:
    """A request in the form in which it is billed."""
    return Call(endpoint, model, {}, contents=messages, tools=(TOOL,) * tool, format=FORMAT if schema else None)


@with_tokenizer
def test_counts_the_texts_as_the_examples_do() -> None:
    declared, schema = namespace([TOOL]), format_text(FORMAT)
    texts = [USER, SYSTEM, declared, f"# Tools\n\n## functions\n\n{declared}", schema, f"{SYSTEM}\n\n{schema}", THOUGHT]

    assert [tokens.count(text, "gpt-4o") for text in texts] == [8, 6, 38, 44, 45, 51, 70]


# Tools and a schema: what is asked in addition to it, by API, messages and model, and the tokens.
PROMPTS: dict[str, tuple[Call, int]] = {
    "chat, gpt-4o": (call("gpt-4o", U, tool=True), 62),
    "chat, gpt-4o, system": (call("gpt-4o", S, U, tool=True), 68),
    "chat, gpt-4o, late system": (call("gpt-4o", U, S, tool=True), 72),
    "chat, gpt-5": (call("gpt-5", U, tool=True), 143),
    "chat, gpt-5, system": (call("gpt-5", S, U, tool=True), 152),
    "chat, gpt-5, late system": (call("gpt-5", U, S, tool=True), 153),
    "chat, o4-mini": (call("o4-mini", U, tool=True), 62),
    "responses, gpt-4o": (call("gpt-4o", U, endpoint=RESPONSES, tool=True), 56),
    "responses, gpt-5": (call("gpt-5", U, endpoint=RESPONSES, tool=True), 61),
    "schema, chat, gpt-4o": (call("gpt-4o", U, schema=True), 68),
    "schema, chat, gpt-4o, system": (call("gpt-4o", S, U, schema=True), 74),
    "schema, chat, gpt-5": (call("gpt-5", U, schema=True), 63),
    "schema, chat, gpt-5, system": (call("gpt-5", S, U, schema=True), 72),
    "schema, responses, gpt-4o": (call("gpt-4o", U, endpoint=RESPONSES, schema=True), 61),
    "schema, responses, gpt-5": (call("gpt-5", U, endpoint=RESPONSES, schema=True), 59),
}


@with_tokenizer
@pytest.mark.parametrize(("request_", "billed"), PROMPTS.values(), ids=PROMPTS)
def test_bills_tools_and_schemas(request_: Call, billed: int) -> None:
    assert prompt_tokens(request_) == billed


@without_tokenizer
@pytest.mark.parametrize(("request_", "billed"), PROMPTS.values(), ids=PROMPTS)
def test_bills_tools_and_schemas_nearly_without_a_tokenizer(request_: Call, billed: int) -> None:
    assert prompt_tokens(request_) == pytest.approx(billed, rel=0.15)


@with_tokenizer
@pytest.mark.parametrize(("model", "billed"), [("gpt-4o", 65), ("gpt-5", 61)])
def test_bills_a_call_that_is_required(model: str, billed: int) -> None:
    request = Call(RESPONSES, model, {"tool_choice": "required"}, contents=(U,), tools=(TOOL,))

    assert prompt_tokens(request) == billed


LAMP_USE, BELL_USE = ToolUse("lamp_state", LAMP), ToolUse("bell", BELL)
LAMP_CALL, BELL_CALL = Message("assistant", calls=(LAMP_USE,)), Message("assistant", calls=(BELL_USE,))
REPLAYED = Message("assistant", calls=(LAMP_USE._replace(is_replayed=True),))
BOTH = Message("assistant", calls=(LAMP_USE, BELL_USE))
ON, RANG = Message("tool", "on", "lamp_state"), Message("tool", RUNG, "bell")
REASONING = Message("reasoning", THOUGHT)
MODELS = ("gpt-4o", "gpt-5", "gpt-5.4")

# What is added to a conversation, and the tokens that it adds on gpt-4o, gpt-5 and gpt-5.4.
HISTORIES: dict[str, tuple[str, tuple[Message, ...], list[int]]] = {
    "chat, a round": (CHAT, (LAMP_CALL, ON), [24, 30, 30]),
    "chat, two calls in one message": (CHAT, (BOTH, ON, RANG), [68, 74, 74]),
    "responses, a round": (RESPONSES, (LAMP_CALL, ON), [23, 29, 32]),
    "responses, a stored call": (RESPONSES, (REPLAYED, ON), [26, 29, 32]),
    "responses, reasoning before it": (RESPONSES, (REASONING, LAMP_CALL, ON), [23, 101, 104]),
    "responses, a second call": (RESPONSES, (LAMP_CALL, BELL_CALL, ON, RANG), [53, 65, 81]),
    "responses, reasoning of an earlier turn": (RESPONSES, (REASONING, LAMP_CALL, ON, U), [35, 41, 44]),
}


@with_tokenizer
@pytest.mark.parametrize(("endpoint", "messages", "billed"), HISTORIES.values(), ids=HISTORIES)
def test_bills_calls_and_results(endpoint: str, messages: tuple[Message, ...], billed: list[int]) -> None:
    before = [prompt_tokens(call(model, U, endpoint=endpoint)) for model in MODELS]
    after = [prompt_tokens(call(model, U, *messages, endpoint=endpoint)) for model in MODELS]

    assert [more - less for less, more in zip(before, after, strict=True)] == billed


TEXT, CALLED = Output([ANSWER]), Output(calls=[ToolUse("lamp_state", '{"room":"hall"}')])
CALLED_BOTH = Output(calls=[LAMP_USE, BELL_USE])
T, F = {"tool": True}, {"schema": True}

# API, model, what is on offer, the answer, whether a reasoning item precedes it, and the tokens.
ANSWERS: list[tuple[str, str, Any, Output, bool, int]] = [
    (CHAT, "gpt-4o", {}, TEXT, False, 4),
    (CHAT, "gpt-4o", T, TEXT, False, 5),
    (CHAT, "gpt-4o", {**T, **F}, TEXT, False, 9),
    (CHAT, "gpt-5", {}, TEXT, False, 13),
    (RESPONSES, "gpt-4o", {}, TEXT, False, 5),
    (RESPONSES, "gpt-4o", T, TEXT, False, 6),
    (RESPONSES, "gpt-4o", {**T, **F}, TEXT, False, 10),
    (RESPONSES, "gpt-5.4", {}, TEXT, False, 8),
    (RESPONSES, "gpt-5.4", {}, TEXT, True, 10),
    (RESPONSES, "gpt-5.4", F, TEXT, False, 12),
    (CHAT, "gpt-4o", T, CALLED, False, 15),
    (CHAT, "gpt-5", T, CALLED, False, 24),
    (RESPONSES, "gpt-4o", T, CALLED, False, 16),
    (RESPONSES, "gpt-5.4", T, CALLED, False, 19),
    (RESPONSES, "gpt-5.4", T, CALLED, True, 21),
    (CHAT, "gpt-4o", T, CALLED_BOTH, False, 49),
    (RESPONSES, "gpt-4o", T, CALLED_BOTH, False, 50),
    (RESPONSES, "gpt-5.4", T, CALLED_BOTH, False, 53),
]


@with_tokenizer
@pytest.mark.parametrize(("endpoint", "model", "fields", "output", "thinks", "billed"), ANSWERS)
def test_bills_an_answer(endpoint: str, model: str, fields: Any, output: Output, thinks: bool, billed: int) -> None:
    answer = Output(output.texts, calls=output.calls, thoughts=[""] * thinks)

    assert spent(call(model, U, endpoint=endpoint, **fields), answer, cut=False) == (billed, 0)


@with_tokenizer
@pytest.mark.parametrize(
    ("endpoint", "choice", "billed"), [(CHAT, NAMED, 5), (RESPONSES, {"tool_choice": "required"}, 6)]
)
def test_bills_a_forced_call(endpoint: str, choice: Any, billed: int) -> None:
    request = Call(endpoint, "gpt-4o", choice, contents=(U,), tools=(TOOL,))

    assert spent(request, CALLED, cut=False) == (billed, 0)
