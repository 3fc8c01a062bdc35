"""Usage: the tokens that a request and its answer are billed for.

The model reads more than the texts: marks around each message, function tools as TypeScript, a JSON schema. The
figures below are what the API adds for those; images, audio and the tools that the API runs itself are not counted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .. import tokens
from ..models import COMPLETIONS, EMBEDDINGS, RESPONSES, family, is_reasoning
from ..protocol import sse
from ..protocol.call import Call, Json, Message, named_choice
from . import tool_text

_O_SERIES = re.compile(r"(?:ft:)?o\d")
_RESULTS = ("tool", "function")
_LIMITS = ("max_completion_tokens", "max_output_tokens", "max_tokens")
_PREDICTION = 12
_CACHEABLE = 1_024
_FORMAT = {(False, False): 7, (False, True): 4, (True, False): 1, (True, True): 0}  # by (Responses, reasoning)


# The two spellings of one figure: chat completions' and Responses'.
_SPELLINGS = {
    "prompt_tokens": "input_tokens",
    "completion_tokens": "output_tokens",
    "prompt_tokens_details": "input_tokens_details",
    "completion_tokens_details": "output_tokens_details",
}
_BACK = {theirs: ours for ours, theirs in _SPELLINGS.items()}


@dataclass
class Said:
    """What one choice says: its texts, its calls by name and text, the summaries of its reasoning."""

    texts: list[str] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The texts put together."""
        return "".join(self.texts)


# --- what is asked


def bare(given: object, model: str) -> int:
    """The tokens of a text, of a token's id, or of a list of either, with nothing around them."""
    if isinstance(given, list):
        return sum(bare(each, model) for each in given)
    return tokens.count(given, model) if isinstance(given, str) else 1


def prompt_tokens(call: Call) -> int:
    """The tokens that a request is billed for before anything is said."""
    if call.endpoint in (COMPLETIONS, EMBEDDINGS):
        return bare(call.body.get("prompt" if call.endpoint == COMPLETIONS else "input"), call.model)
    if family(call.model).searches:
        return sum(tokens.count(message.text, call.model) for message in call.contents)
    conversation = (2 if is_reasoning(call.model) else 3) + sum(_read(each, call.model) for each in call.contents)
    return conversation + _tools(call) + _format(call) + (_PREDICTION if call.body.get("prediction") else 0)


def _read(message: Message, model: str) -> int:
    """The tokens of one message in the history."""
    reasons = is_reasoning(model)
    texts = (message.text, message.name, *(text for made in message.calls for text in made))
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


def _tools(call: Call) -> int:
    """What offering tools adds to the prompt."""
    offered = [tool for tool in call.tools if tool.callable]
    if not offered:
        return 0
    text = tool_text.namespace(offered)
    return _declared(text, call) + (0 if is_reasoning(call.model) else _insisting(call))


def _declared(text: str, call: Call) -> int:
    headed = f"# Tools\n\n## functions\n\n{text}"
    reasons = is_reasoning(call.model)
    if call.endpoint == RESPONSES:
        return 3 + tokens.count(headed if reasons else text, call.model)
    if reasons:
        return (4 if _O_SERIES.match(call.model) else 85) + tokens.count(headed, call.model)
    system = next((each.text for each in call.contents if each.role in ("system", "developer")), None)
    if system is None:
        return 3 + tokens.count(headed, call.model)
    return tokens.count(f"{system}\n\n{headed}", call.model) - 1 - tokens.count(system, call.model)


def _insisting(call: Call) -> int:
    if name := _named(call):
        return 7 + tokens.count(name, call.model)
    return 9 if call.endpoint == RESPONSES and call.body.get("tool_choice") == "required" else 0


def _named(call: Call) -> str | None:
    """The name of the tool that the request insists on."""
    return named_choice(call.body.get("tool_choice") or call.body.get("function_call"))


def _format(call: Call) -> int:
    """What demanding a JSON schema adds to the prompt."""
    if call.schema is None:
        return 0
    responses = call.endpoint == RESPONSES
    wanted: Json = call.body["text"]["format"] if responses else call.body["response_format"]["json_schema"]
    return tokens.count(format_text(wanted), call.model) + _FORMAT[responses, is_reasoning(call.model)]


def format_text(wanted: Json) -> str:
    """A JSON schema as the model reads it, given with its name and its description."""
    description = f"// {wanted['description']}\n" if wanted.get("description") else ""
    schema = sse.compact(_open(wanted.get("schema"))).decode()
    return f"# Response Formats\n\n## {wanted['name']}\n\n{description}{schema}"


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


# --- what is said


def spent(call: Call, said: Said, *, cut: bool) -> tuple[int, int]:
    """The tokens that a choice is billed for, and how many of them are hidden reasoning; `cut` is one at its limit."""
    hidden = _hidden(call.model, said.thoughts)
    limit = _limit(call) if cut else None
    if limit is None:
        return hidden + _visible(call, said), hidden
    thinking = is_reasoning(call.model) and not (said.text or said.calls)
    return limit, limit if thinking else min(hidden, limit)


def _hidden(model: str, thoughts: Sequence[str]) -> int:
    """The tokens of reasoning: exact from gpt-5.2 on, before that told in steps of 64."""
    count = sum(tokens.count(text, model) for text in thoughts)
    known = family(model)
    return -(-count // 64) * 64 if known.reasons and not known.newest else count


def _limit(call: Call) -> int | None:
    given = (call.body.get(name) for name in _LIMITS)
    return next((limit for limit in given if isinstance(limit, int)), None)


def _visible(call: Call, said: Said) -> int:
    text = tokens.count(said.text, call.model)
    if call.endpoint == COMPLETIONS:
        return text
    if not said.calls:
        return text + _around_text(call, said)
    plain = not is_reasoning(call.model)
    if plain and len(said.calls) == 1 and _named(call):  # whose name is in the prompt
        return text + tokens.count(said.calls[0][1], call.model) + (call.endpoint == RESPONSES)
    called = sum(tokens.count(part, call.model) for made in said.calls for part in made)
    return text + called + _around_calls(call, said)


def _around_text(call: Call, said: Said) -> int:
    known, responses, schema = family(call.model), call.endpoint == RESPONSES, call.schema is not None
    if not known.reasons:
        return responses + bool(call.tools) + (4 if call.tools and schema else 0)
    if responses:
        return 4 + (2 if said.thoughts else 0) + (4 if schema else 0)
    return 3 if known.newest else 9


def _around_calls(call: Call, said: Said) -> int:
    known, responses, several = family(call.model), call.endpoint == RESPONSES, len(said.calls) > 1
    if not known.reasons:
        return (14 + 3 * responses + 7 * len(said.calls)) if several else 7 + responses
    if several:
        return 33
    if responses:
        return 13 if said.thoughts else 11
    return 10 if known.newest else 16


# --- what a test says instead


def override(usage: dict[str, Any], given: Mapping[str, Any] | None) -> dict[str, Any]:
    """The usage block with some figures replaced, in either spelling; the total follows unless it is given too."""
    if not given:
        return usage
    for name, value in given.items():
        key = _spelled_like(name, usage)
        nested = isinstance(value, Mapping) and isinstance(usage.get(key), dict)
        usage[key] = {**usage[key], **value} if nested else value
    if "total_tokens" not in given:
        parts = (_spelled_like("prompt_tokens", usage), _spelled_like("completion_tokens", usage))
        usage["total_tokens"] = sum(usage.get(part, 0) for part in parts)
    return usage


def _spelled_like(name: str, usage: Mapping[str, Any]) -> str:
    other = _SPELLINGS.get(name) or _BACK.get(name)
    return other if other in usage and other is not None else name
