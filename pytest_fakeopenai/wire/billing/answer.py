"""The tokens of an answer: what it says, the marks around it, and the hidden reasoning before it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...replies.parts import ToolCall
from .. import tokens
from ..models import is_reasoning
from ..protocol.call import Call, ToolUse
from .calls_text import recipient, wrapped_calls
from .declarations import forced_tool, schema_name_tokens
from .layout import Layout
from .layouts import is_response, layout_of, rounds_thoughts

_LIMITS = ("max_completion_tokens", "max_output_tokens", "max_tokens")
_STEP = 64  # in which the tokens of reasoning are told before gpt-5.2


@dataclass
class Output:
    """What one choice consists of: its texts, refusals and calls, and the summaries of its reasoning."""

    texts: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    calls: list[ToolUse] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The texts and refusals put together."""
        return "".join((*self.texts, *self.refusals))

    def add_call(self, part: ToolCall) -> None:
        """Count a call of a tool."""
        self.calls.append(ToolUse(part.name or "", part.arguments_text))


def spent(call: Call, output: Output, *, cut: bool) -> tuple[int, int]:
    """The tokens that a choice is billed for, and how many of them are hidden reasoning; `cut` is one at its limit."""
    billed, hidden = _hidden(call, output)
    limit = limit_of(call) if cut else None
    if limit is None:
        return billed + _visible(call, output), hidden
    thinking = is_reasoning(call.model) and not (output.text or output.calls)
    return limit, limit if thinking else min(hidden, limit)


def limit_of(call: Call) -> int | None:
    """The most tokens that an answer may have, as the request limits it."""
    limits = (call.body.get(name) for name in _LIMITS)
    return next((limit for limit in limits if isinstance(limit, int)), None)


def _hidden(call: Call, output: Output) -> tuple[int, int]:
    """The tokens of reasoning: those that are billed, and those that are told.

    Before gpt-5.2 the number is rounded down to a multiple of 64; Responses bill the true one all the same.
    """
    if not output.thoughts:
        return 0, 0
    count = sum(tokens.count(text, call.model) for text in output.thoughts)
    rounded = count // _STEP * _STEP if rounds_thoughts(call.model) else count
    return (count if is_response(call) else rounded), rounded


def _visible(call: Call, output: Output) -> int:
    layout = layout_of(call)
    text = tokens.count(output.text, call.model)
    thinking = layout.thinking if _has_thought(call, output) else 0
    if not output.calls:
        return text + thinking + _around_text(call, output, layout)
    if len(output.calls) > 1:
        return text + thinking + layout.calls + tokens.count(wrapped_calls(output.calls), call.model)
    return text + _one_call(output.calls[0], call, layout, thinking)


def _has_thought(call: Call, output: Output) -> bool:
    """Whether the model has thought before it speaks.

    In chat completions the first ones that reason do so even where they tell of no token, unless a tool has just
    given its result.
    """
    hides = not is_response(call) and rounds_thoughts(call.model) and not call.tool_outputs
    return bool(output.thoughts) or hides


def _around_text(call: Call, output: Output, layout: Layout) -> int:
    if output.refusals and not is_reasoning(call.model):
        return layout.refusal
    marks = layout.text + (layout.text_beside_tools if call.tools else 0)
    names_schema = call.format is not None and (is_reasoning(call.model) or bool(call.tools))
    return marks + (schema_name_tokens(call) if names_schema else 0)


def _one_call(called: ToolUse, call: Call, layout: Layout, thinking: int) -> int:
    """The tokens of one call, of which the model does not say the name where the request has said it."""
    arguments = tokens.count(called.arguments, call.model)
    if layout.forced is not None and forced_tool(call) is not None:
        return arguments + layout.forced
    return tokens.count(recipient(called.name), call.model) + arguments + layout.one_call + thinking
