"""What holds of the figures of any request and any answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakeopenai.wire import tokens
from pytest_fakeopenai.wire.billing.answer import Output, spent
from pytest_fakeopenai.wire.billing.prompt import prompt_tokens, written
from pytest_fakeopenai.wire.protocol.call import Call, Image, Message, Tool, ToolUse

from ...properties import unhurried

# The tokens of one text are counted thousands of times: a count by characters is enough.
pytestmark = pytest.mark.usefixtures("without_tokenizer")

TEXT = st.text(max_size=6)
NAME = st.sampled_from(["lamp_state", "bell", "functions.x"])
USES = st.builds(ToolUse, NAME, TEXT | st.just("{}"), st.sampled_from(["", "house"]), st.booleans())
IMAGES = st.builds(Image, st.just("https://example.com/a.png"), st.sampled_from(["auto", "low"]))
MESSAGES = st.builds(
    Message,
    st.sampled_from(["system", "developer", "user", "assistant", "tool", "function", "reasoning", ""]),
    TEXT,
    st.just("") | NAME,
    st.lists(USES, max_size=3).map(tuple),
    st.lists(IMAGES, max_size=1).map(tuple),
)
SCHEMAS: Any = st.sampled_from([None, {}, {"type": "object", "properties": {"a": {"type": "string", "title": "A"}}}])
TOOLS = st.builds(Tool, NAME, st.sampled_from(["function", "custom", "web_search", "mcp"]), SCHEMAS)
CALLS = st.builds(
    Call,
    st.sampled_from(["chat.completions", "responses", "threads.runs"]),
    st.sampled_from(["gpt-3.5-turbo", "gpt-4", "gpt-4o", "o3-mini", "o4-mini", "gpt-5", "gpt-5.4", "gpt-5.6", "mine"]),
    st.fixed_dictionaries(
        {},
        optional={
            "tool_choice": st.sampled_from(["auto", "required", {"type": "function", "name": "bell"}]),
            "max_completion_tokens": st.integers(0, 50),
            "reasoning": st.sampled_from([None, {"mode": "pro"}]),
        },
    ),
    tools=st.lists(TOOLS, max_size=2).map(tuple),
    format=st.sampled_from([None, {"name": "report", "schema": {"type": "object"}}]),
    tool_outputs=st.sampled_from([(), ("on",)]),
    contents=st.lists(MESSAGES, max_size=5).map(tuple),
)
OUTPUTS = st.builds(
    Output,
    st.lists(TEXT, max_size=2),
    st.lists(TEXT, max_size=1),
    st.lists(USES, max_size=3),
    st.lists(st.just("thought " * 70) | TEXT, max_size=2),
)


@unhurried
@given(CALLS)
def test_counts_every_request(call: Call) -> None:
    prompt = prompt_tokens(call)

    assert prompt >= sum(
        tokens.count(message.text, call.model) > 0 for message in call.contents if message.role == "user"
    )
    assert 0 <= written(call, prompt) <= prompt


@unhurried
@given(CALLS, TEXT.filter(bool))
def test_counts_every_further_message(call: Call, text: str) -> None:
    turn_over = replace(call, contents=(*call.contents, Message("user")))
    longer = replace(call, contents=(*turn_over.contents, Message("user", text)))

    assert prompt_tokens(longer) == prompt_tokens(turn_over) + 4 + tokens.count(text, call.model)


@unhurried
@given(CALLS, OUTPUTS, st.booleans())
def test_hides_no_more_than_was_billed(call: Call, output: Output, cut: bool) -> None:
    billed, hidden = spent(call, output, cut=cut)

    assert 0 <= hidden <= billed
    if cut and "max_completion_tokens" in call.body:
        assert billed == call.body["max_completion_tokens"]


@unhurried
@given(CALLS, OUTPUTS)
def test_bills_thoughts_on_top(call: Call, output: Output) -> None:
    silent = Output(output.texts, output.refusals, output.calls)

    assert spent(call, output, cut=False)[0] >= spent(call, silent, cut=False)[0]
    assert spent(call, silent, cut=False)[1] == 0
