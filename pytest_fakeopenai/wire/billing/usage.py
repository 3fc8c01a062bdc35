"""Usage: the tokens that a request and its answer are billed for.

The model reads more than the texts: marks around each message, function tools as TypeScript, a JSON schema. The
figures below are what the API adds for those; images, audio and the tools that the API runs itself are not counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...replies.parts import ToolCall
from .. import tokens
from ..models import family, is_reasoning
from ..protocol import sse
from ..protocol.call import Call, Json, Message, named_choice
from . import tool_text
from .overhead import Overhead

_RESULTS = ("tool", "function")
_LIMITS = ("max_completion_tokens", "max_output_tokens", "max_tokens")
_PREDICTION = 12
_CACHEABLE = 1_024


# The two spellings of one figure: chat completions' and Responses'.
_SPELLINGS = {
    "prompt_tokens": "input_tokens",
    "completion_tokens": "output_tokens",
    "prompt_tokens_details": "input_tokens_details",
    "completion_tokens_details": "output_tokens_details",
}
_BACK = {theirs: ours for ours, theirs in _SPELLINGS.items()}


@dataclass
class Output:
    """What one choice consists of: its texts, its calls by name and text, the summaries of its reasoning."""

    texts: list[str] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The texts put together."""
        return "".join(self.texts)

    def add_call(self, part: ToolCall) -> None:
        """Count a call of a tool."""
        self.calls.append((part.name or "", part.arguments_text))


# --- what is asked


def bare(content: object, model: str) -> int:
    """The tokens of a text, of a token's id, or of a list of either, with nothing around them."""
    if isinstance(content, list):
        return sum(bare(each, model) for each in content)
    return tokens.count(content, model) if isinstance(content, str) else 1


def prompt_tokens(call: Call, overhead: Overhead) -> int:
    """The tokens that a conversation is billed for before anything is said."""
    model = call.model
    if family(model).searches:
        return sum(tokens.count(message.text, model) for message in call.contents)
    conversation = (2 if is_reasoning(model) else 3) + sum(_read(each, model) for each in call.contents)
    prediction = _PREDICTION if call.body.get("prediction") else 0
    return conversation + _tools(call, overhead) + _format(call, overhead) + prediction


def _read(message: Message, model: str) -> int:
    """The tokens of one message in the history."""
    reasons = is_reasoning(model)
    texts = (message.text, message.name, *(text for call in message.calls for text in call))
    marks = 4 + (2 if reasons and message.role == "assistant" else 0)
    if message.role in _RESULTS:
        marks += 5 if reasons else 2
    return marks + _calls_made(len(message.calls), reasons) + sum(tokens.count(text, model) for text in texts)


def _calls_made(count: int, reasons: bool) -> int:
    """What calls add to their message: a reasoning model makes each in one of its own, a plain one wraps several."""
    if not count:
        return 0
    if reasons:
        return 10 * count - 6
    return 3 if count == 1 else 6 + 7 * count


def _tools(call: Call, overhead: Overhead) -> int:
    """What offering tools adds to the prompt."""
    functions = [tool for tool in call.tools if tool.callable]
    if not functions:
        return 0
    text = tool_text.namespace(functions)
    declared = overhead.declarations(call, text, f"# Tools\n\n## functions\n\n{text}")
    return declared + (0 if is_reasoning(call.model) else _insisting(call, overhead))


def _insisting(call: Call, overhead: Overhead) -> int:
    if name := _named(call):
        return 7 + tokens.count(name, call.model)
    return overhead.required if call.body.get("tool_choice") == "required" else 0


def _named(call: Call) -> str | None:
    """The name of the tool that the request insists on."""
    return named_choice(call.body.get("tool_choice") or call.body.get("function_call"))


def _format(call: Call, overhead: Overhead) -> int:
    """What demanding a JSON schema adds to the prompt."""
    if call.format is None:
        return 0
    return tokens.count(format_text(call.format), call.model) + overhead.schema[is_reasoning(call.model)]


def format_text(json_schema: Json) -> str:
    """A JSON schema as the model reads it, given with its name and its description."""
    description = f"// {json_schema['description']}\n" if json_schema.get("description") else ""
    schema = sse.compact(_open(json_schema.get("schema"))).decode()
    return f"# Response Formats\n\n## {json_schema.get('name')}\n\n{description}{schema}"


def _open(schema: Any, *, names: bool = False) -> Any:
    """The schema without what closes its objects; what looks like it among the names of properties stays."""
    if isinstance(schema, list):
        return [_open(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _open(value, names=not names and key in ("properties", "$defs", "definitions"))
        for key, value in schema.items()
        if names or key not in ("additionalProperties", "required")
    }


def written(call: Call, prompt: int) -> int:
    """How much of a prompt of so many tokens is written to the cache, of models that tell."""
    return prompt - 3 if family(call.model).writes_cache and prompt >= _CACHEABLE else 0


# --- what is answered


def spent(call: Call, output: Output, overhead: Overhead, *, cut: bool) -> tuple[int, int]:
    """The tokens that a choice is billed for, and how many of them are hidden reasoning; `cut` is one at its limit."""
    hidden = _hidden(call.model, output.thoughts)
    limit = limit_of(call) if cut else None
    if limit is None:
        return hidden + _visible(call, output, overhead), hidden
    thinking = is_reasoning(call.model) and not (output.text or output.calls)
    return limit, limit if thinking else min(hidden, limit)


def _hidden(model: str, thoughts: Sequence[str]) -> int:
    """The tokens of reasoning: exact from gpt-5.2 on, before that told in steps of 64."""
    count = sum(tokens.count(text, model) for text in thoughts)
    model_family = family(model)
    return -(-count // 64) * 64 if model_family.reasons and not model_family.newest else count


def limit_of(call: Call) -> int | None:
    """The most tokens that an answer may have, as the request limits it."""
    limits = (call.body.get(name) for name in _LIMITS)
    return next((limit for limit in limits if isinstance(limit, int)), None)


def _visible(call: Call, output: Output, overhead: Overhead) -> int:
    text = tokens.count(output.text, call.model)
    if not output.calls:
        return text + _around_text(call, output, overhead)
    if len(output.calls) == 1 and not is_reasoning(call.model) and _named(call):  # whose name is in the prompt
        return text + tokens.count(output.calls[0][1], call.model) + overhead.named_call
    called = sum(tokens.count(part, call.model) for each in output.calls for part in each)
    return text + called + _around_calls(call, output, overhead)


def _around_text(call: Call, output: Output, overhead: Overhead) -> int:
    model_family, schema = family(call.model), call.format is not None
    if not model_family.reasons:
        return overhead.text + bool(call.tools) + (4 if call.tools and schema else 0)
    return overhead.reasoned_text(model_family, thoughts=bool(output.thoughts), schema=schema)


def _around_calls(call: Call, output: Output, overhead: Overhead) -> int:
    model_family, count = family(call.model), len(output.calls)
    if not model_family.reasons:
        return overhead.calls + 7 * count if count > 1 else overhead.call
    return 33 if count > 1 else overhead.reasoned_call(model_family, thoughts=bool(output.thoughts))


# --- what a test says instead


def override(usage: dict[str, Any], figures: Mapping[str, Any] | None) -> dict[str, Any]:
    """The usage block with some figures replaced, in either spelling; the total follows unless it is given too."""
    if not figures:
        return usage
    for name, value in figures.items():
        key = _spelled_like(name, usage)
        nested = isinstance(value, Mapping) and isinstance(usage.get(key), dict)
        usage[key] = {**usage[key], **value} if nested else value
    if "total_tokens" not in figures:
        parts = (_spelled_like("prompt_tokens", usage), _spelled_like("completion_tokens", usage))
        usage["total_tokens"] = sum(usage.get(part, 0) for part in parts)
    return usage


def _spelled_like(name: str, usage: Mapping[str, Any]) -> str:
    other = _SPELLINGS.get(name) or _BACK.get(name)
    return other if other in usage and other is not None else name
