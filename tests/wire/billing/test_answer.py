"""What answers are billed for, beyond the worked examples."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai.wire.billing.answer import Output, spent
from pytest_fakeopenai.wire.protocol.call import Call, Tool, ToolUse

with_tokenizer = pytest.mark.usefixtures("with_tokenizer")
without_tokenizer = pytest.mark.usefixtures("without_tokenizer")

CHAT, RESPONSES = "chat.completions", "responses"
WEATHER = Tool("get_weather", description="The weather in a city.")
FORMAT: Any = {"name": "answer", "schema": {"type": "object"}}
NAMED = {"type": "function", "function": {"name": "get_weather"}}
PARIS = ToolUse("get_weather", '{"city":"Paris"}')


def call(
    model: str, *, endpoint: str = CHAT, tools: Any = (), schema: bool = False, results: Any = (), **body: Any
) -> Call:
    """A request in the form in which it is billed."""
    return Call(
        endpoint, model, body, tools=tuple(tools), format=FORMAT if schema else None, tool_outputs=tuple(results)
    )


TEXT = Output(["It is", " cold."])
CALLED = Output(calls=[PARIS])
CALLED_TWICE = Output(calls=[PARIS, PARIS])
REFUSED = Output(refusals=["It is cold."])
LONG_THOUGHT = Output(["It is cold."], thoughts=["Hello " * 70, "Hello"])
THOUGHT = Output(["It is cold."], thoughts=["It is cold."])
NO_SUMMARY = Output(["It is cold."], thoughts=[""])
FORCED: Any = {"tools": [WEATHER], "tool_choice": NAMED}

# Who says what, and what the whole and the hidden reasoning in it are billed for.
ANSWERS: list[tuple[Call, Output, int, int]] = [
    (call("gpt-4o"), TEXT, 4, 0),
    (call("gpt-4o"), Output(), 0, 0),
    (call("gpt-4o", schema=True), TEXT, 4, 0),
    (call("gpt-4o", tools=[WEATHER]), TEXT, 5, 0),
    (call("gpt-4o", tools=[WEATHER], schema=True), TEXT, 4 + 3 + 1, 0),
    (call("gpt-4o", endpoint=RESPONSES), TEXT, 5, 0),
    (call("gpt-4o", endpoint=RESPONSES, tools=[WEATHER]), TEXT, 6, 0),
    (call("gpt-4o", endpoint=RESPONSES, tools=[WEATHER], schema=True), TEXT, 4 + 4 + 1, 0),
    (call("gpt-5", tools=[WEATHER]), TEXT, 13, 0),
    (call("gpt-5.6"), TEXT, 7, 0),
    (call("gpt-5", endpoint=RESPONSES), TEXT, 8, 0),
    (call("gpt-5", endpoint=RESPONSES), NO_SUMMARY, 10, 0),
    (call("gpt-5", endpoint=RESPONSES, schema=True), TEXT, 4 + 4 + 2 + 1, 0),
    (call("gpt-5", endpoint=RESPONSES), THOUGHT, 14, 0),
    (call("o3", endpoint=RESPONSES), LONG_THOUGHT, 4 + 6 + 72, 64),
    (call("gpt-5.1", endpoint=RESPONSES), LONG_THOUGHT, 4 + 6 + 72, 64),
    (call("gpt-5.3-codex", endpoint=RESPONSES), LONG_THOUGHT, 4 + 6 + 72, 72),
    (call("gpt-5"), LONG_THOUGHT, 4 + 9 + 64, 64),
    (call("gpt-5", results=["on"]), LONG_THOUGHT, 4 + 9 + 64, 64),
    (call("gpt-5.4"), LONG_THOUGHT, 4 + 9 + 72, 72),
    (call("gpt-5-nano"), TEXT, 4 + 9, 0),
    (call("gpt-5.1", results=["on"]), TEXT, 4 + 3, 0),
    (call("gpt-5.4"), TEXT, 4 + 3, 0),
    (call("gpt-5.4", schema=True), TEXT, 4 + 3 + 3, 0),
    (call("gpt-4o"), REFUSED, 4 + 1, 0),
    (call("gpt-4o", schema=True), REFUSED, 4 + 1, 0),
    (call("gpt-4o", endpoint=RESPONSES), REFUSED, 4 + 1, 0),
    (call("gpt-5.2", endpoint=RESPONSES), THOUGHT, 14, 4),
    (call("gpt-4o", endpoint=RESPONSES), THOUGHT, 9, 4),
    (call("gpt-4o", tools=[WEATHER]), CALLED, 14, 0),
    (call("gpt-4o", tools=[WEATHER]), Output(["It is cold."], calls=[PARIS]), 4 + 14, 0),
    (call("gpt-4o", endpoint=RESPONSES, tools=[WEATHER]), CALLED, 15, 0),
    (call("gpt-5", tools=[WEATHER]), CALLED, 23, 0),
    (call("gpt-5.4-mini", tools=[WEATHER]), CALLED, 17, 0),
    (call("gpt-5", endpoint=RESPONSES, tools=[WEATHER]), CALLED, 18, 0),
    (call("gpt-5", endpoint=RESPONSES, tools=[WEATHER]), Output(calls=[PARIS], thoughts=[""]), 20, 0),
    (call("gpt-4o", tools=[WEATHER]), CALLED_TWICE, 34 + 10, 0),
    (call("gpt-4o", endpoint=RESPONSES, tools=[WEATHER]), CALLED_TWICE, 34 + 11, 0),
    (call("gpt-5", tools=[WEATHER]), CALLED_TWICE, 34 + 13 + 6, 0),
    (call("gpt-4o", **FORCED), CALLED, 5, 0),
    (call("gpt-4o", endpoint=RESPONSES, **FORCED), CALLED, 6, 0),
    (call("gpt-5", **FORCED), CALLED, 23, 0),
    (call("gpt-4o", tools=[WEATHER], tool_choice="required"), CALLED, 14, 0),
    (call("gpt-4o", endpoint=RESPONSES, tools=[WEATHER], tool_choice="required"), CALLED, 5 + 1, 0),
    (call("gpt-4o", endpoint=RESPONSES, tools=[WEATHER] * 2, tool_choice="required"), CALLED, 15, 0),
    (call("gpt-4-0613", tools=[WEATHER]), CALLED, 2 + 5 + 4, 0),
]


@with_tokenizer
@pytest.mark.parametrize(("api_call", "output", "billed", "hidden"), ANSWERS)
def test_bills_an_answer(api_call: Call, output: Output, billed: int, hidden: int) -> None:
    assert spent(api_call, output, cut=False) == (billed, hidden)


@without_tokenizer
@pytest.mark.parametrize(("api_call", "output", "billed", "hidden"), ANSWERS)
def test_bills_an_answer_nearly_without_a_tokenizer(api_call: Call, output: Output, billed: int, hidden: int) -> None:
    assert list(spent(api_call, output, cut=False)) == pytest.approx([billed, hidden], rel=0.12)


@pytest.mark.parametrize(
    ("api_call", "output", "billed", "hidden"),
    [
        (call("gpt-4o", max_tokens=3), TEXT, 3, 0),
        (call("gpt-4o", max_completion_tokens=2), CALLED, 2, 0),
        (call("gpt-4o", endpoint=RESPONSES, max_output_tokens=16), TEXT, 16, 0),
        (call("gpt-5", max_completion_tokens=100), TEXT, 100, 0),
        (call("gpt-5", max_completion_tokens=100), Output(), 100, 100),
        (call("gpt-5", endpoint=RESPONSES, max_output_tokens=100), LONG_THOUGHT, 100, 64),
        (call("gpt-5", endpoint=RESPONSES, max_output_tokens=16), LONG_THOUGHT, 16, 16),
    ],
)
def test_bills_the_limit_where_it_cuts_an_answer(api_call: Call, output: Output, billed: int, hidden: int) -> None:
    assert spent(api_call, output, cut=True) == (billed, hidden)


def test_bills_what_is_said_where_an_answer_is_cut_without_a_limit() -> None:
    cut, whole = (spent(call("gpt-4o"), TEXT, cut=cut) for cut in (True, False))
    assert cut == whole
