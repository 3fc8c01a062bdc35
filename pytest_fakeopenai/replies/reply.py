"""What a test scripts: the parts of a reply, `Reply` itself, and the shorthand that stands for them.

A reply is a sequence of parts, in the order in which they reach the client. Parts are plain values, equal when their
content is equal; ids, times and usage belong to the wire. A string stands for `Text`; a dict, list, dataclass or
pydantic model for its JSON as text.
"""

from __future__ import annotations

import copy
import dataclasses
import json
import reprlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar, get_args

from .arguments import expect_flag, expect_text_or_none, header_fields, json_text
from .faults import ApiError
from .figures import usage_figures
from .logprobs import Logprob, as_logprobs
from .parts import CONTENT, CONTROL, Chunks, Part, StreamEvent, Text, Verbatim
from .raw import RawResponse
from .shorthand import WHOLE_ANSWERS, dump, event_kind, plain_value, sdk_class
from .timing import Pace

T = TypeVar("T")
FinishReason: TypeAlias = Literal["stop", "length", "tool_calls", "content_filter", "function_call"]
FINISH_REASONS = get_args(FinishReason)


# What a choice cannot have of its own.
_OF_THE_WHOLE = ("usage", "model", "id", "headers", "pace")
_PARTS = CONTENT + CONTROL
# What a field holds that was left out, where that is not None.
_EMPTY: dict[str, object] = {"headers": {}, "unchecked": False}


@dataclass(frozen=True, init=False, repr=False)
class Reply:
    """A sequence of parts, where more must be said than the parts themselves.

    - `finish_reason`: one of stop, length, tool_calls, content_filter, function_call; by default what the parts imply.
    - `usage`: token counts that replace the computed ones, in either surface's spelling, also nested.
    - `model`, `id`: what the answer says instead of the requested model and a generated id.
    - `logprobs`: True invents plausible ones, a list of `(token, logprob)` or `Logprob` gives them, False sends none;
      by default they are invented when the request asks for them.
    - `choices`: one reply for each choice of `n > 1`; without it every choice says the same.
    - `headers`: additional response headers, their values strings or numbers. `pace`: the rhythm of this reply.
    - `unchecked`: True sends what OpenAI would not, as other servers do: any `finish_reason` and any figures of
      `usage`, another number of `choices` than asked for, tools that were not offered, text that breaks the schema.
    """

    parts: tuple[Part, ...]
    finish_reason: FinishReason | str | None
    usage: Mapping[str, Any] | None
    model: str | None
    id: str | None
    logprobs: bool | tuple[Logprob, ...] | None
    choices: tuple[Reply, ...] | None
    headers: Mapping[str, str]
    pace: Pace | None
    unchecked: bool

    def __init__(
        self,
        *parts: object,
        finish_reason: FinishReason | str | None = None,
        usage: Mapping[str, Any] | None = None,
        model: str | None = None,
        id: str | None = None,
        logprobs: bool | Sequence[Logprob | tuple[str, float]] | None = None,
        choices: Sequence[object] | None = None,
        headers: Mapping[str, str | float] | None = None,
        pace: Pace | None = None,
        unchecked: bool = False,
    ) -> None:
        if parts and choices is not None:
            raise ValueError("Reply takes parts or choices=, not both: put the parts into the replies of choices")
        expect_flag("unchecked=", unchecked)
        values = {
            "parts": _as_parts(parts),
            "finish_reason": finish_reason,
            "usage": usage_figures(usage, unchecked=unchecked),
            "model": model,
            "id": id,
            "logprobs": as_logprobs(logprobs),
            "choices": _as_choices(choices),
            "headers": header_fields("headers=", headers),
            "pace": pace,
            "unchecked": unchecked,
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)
        self._check_whole()
        self._check_words()
        self._check_logprobs()

    def _check_whole(self) -> None:
        names = (name for name in ("finish_reason", *_OF_THE_WHOLE[:3], "logprobs") if getattr(self, name) is not None)
        if (whole := whole_answer(self)) is not None and (name := next(names, None)):
            raise ValueError(f"{whole!r} is a whole answer, which says by itself what {name}= would say")

    def _check_words(self) -> None:
        for name in ("finish_reason", "model", "id"):
            expect_text_or_none(f"{name}=", getattr(self, name))
        if self.finish_reason not in (None, *FINISH_REASONS) and not self.unchecked:
            reasons = f"finish_reason is one of {', '.join(FINISH_REASONS)}; got {self.finish_reason!r}"
            raise ValueError(f"{reasons}; any other goes with Reply(…, unchecked=True)")
        if self.pace is not None and not isinstance(self.pace, Pace):
            raise TypeError(f"pace= takes a Pace, got {reprlib.repr(self.pace)}")

    def _check_logprobs(self) -> None:
        if isinstance(self.logprobs, tuple) and not self.unchecked:
            tokens = "".join(entry.token for entry in self.logprobs)
            if tokens != self.text:
                raise ValueError(f"the tokens of logprobs= make {tokens!r}, but the reply's text is {self.text!r}")

    def with_content(self, parts: Sequence[object], choices: Sequence[Reply] | None) -> Reply:
        """The same reply with other parts, or other replies for its choices."""
        reply = copy.copy(self)
        object.__setattr__(reply, "parts", tuple(parts))
        object.__setattr__(reply, "choices", None if choices is None else tuple(choices))
        return reply

    @property
    def text(self) -> str:
        """The text parts put together."""
        return "".join(part.text for part in self.parts if isinstance(part, (Text, Chunks)))

    def part_of(self, kind: type[T]) -> T | None:
        """The first part of a kind, or None."""
        return next((part for part in self.parts if isinstance(part, kind)), None)

    def for_choices(self, count: int) -> Sequence[Reply]:
        """What each of so many choices says; of a reply with events of a stream there is but one."""
        if self.choices is not None:
            return self.choices
        is_stream = any(isinstance(part, (StreamEvent, Verbatim)) for part in self.parts)
        return (self,) * (1 if is_stream else count)

    @property
    def failure(self) -> ApiError | None:
        """The first part that is an error, or None."""
        return next((part for part in self.parts if isinstance(part, ApiError)), None)

    def __repr__(self) -> str:
        shown = [repr(part) for part in self.parts]
        for field_ in dataclasses.fields(self)[1:]:
            value = getattr(self, field_.name)
            if value is not None and value != _EMPTY.get(field_.name):
                shown.append(f"{field_.name}={value!r}")
        return f"Reply({', '.join(shown)})"


def whole_answer(reply: Reply) -> Verbatim | None:
    """The whole answer of the SDK that a reply is, or None where it is made of parts."""
    return next((part for part in reply.parts if isinstance(part, Verbatim)), None)


def unpacked(reply: Reply, content: Reply) -> Reply:
    """A reply with this content in place of a whole answer, and with its own waits, headers and pace."""
    parts = [part for each in reply.parts for part in (content.parts if isinstance(each, Verbatim) else (each,))]
    merged = content.with_content(parts, content.choices)
    for name in ("headers", "pace"):
        object.__setattr__(merged, name, getattr(reply, name))
    return merged


def as_reply(value: object) -> Reply | RawResponse:
    """A reply in its one normal form, from shorthand; TypeError for what cannot be one."""
    if isinstance(value, (Reply, RawResponse)):
        return value
    if isinstance(value, list) and any(map(_is_chunk, value)):
        return Reply(*value)
    return Reply(value)


def as_part(value: object) -> Part:
    """A part, from shorthand; TypeError for what cannot be one."""
    if isinstance(value, _PARTS):
        return value
    if isinstance(value, str):
        return Text(value)
    if isinstance(value, type) and not set(_PARTS).isdisjoint(value.__mro__):
        raise TypeError(f"got the class {value.__name__}; a reply takes an instance: {value.__name__}(…)")
    if isinstance(value, RawResponse):
        raise TypeError(f"{value!r} is a whole answer and no part of one")
    if isinstance(value, (Reply, tuple)) or _holds_parts(value):
        raise TypeError(f"several parts make one reply as Reply(part, part, …); got {value!r}")
    if kind := event_kind(value):
        return StreamEvent(kind, _payload(value))
    if (name := sdk_class(value)) in WHOLE_ANSWERS:
        return Verbatim(name, _payload(value))
    return Text(json_text(plain_value(value)))


def _payload(value: object) -> Any:
    """The JSON of an object of the SDK, or of a dict that is one; TypeError where it has none."""
    return json.loads(json_text(value if isinstance(value, dict) else dump(value)))


def _is_chunk(value: object) -> bool:
    """Whether a value can be one of several that make a stream; legacy completions have no class of their own."""
    return bool(event_kind(value)) or sdk_class(value) == "Completion"


def _as_parts(values: Sequence[object]) -> tuple[Part, ...]:
    """The parts of a reply; a whole answer is all that it says, but several legacy completions are chunks."""
    parts = tuple(map(as_part, values))
    if sum(isinstance(part, Verbatim) and part.kind == "Completion" for part in parts) > 1:
        parts = tuple(StreamEvent(part.kind, part.payload) if isinstance(part, Verbatim) else part for part in parts)
    content = [part for part in parts if isinstance(part, CONTENT)]
    if len(content) > 1 and (whole := next((part for part in content if isinstance(part, Verbatim)), None)):
        raise TypeError(f"{whole!r} is a whole answer, beside which a reply says nothing; got {content!r}")
    return parts


def _holds_parts(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(item, (*_PARTS, Reply)) for item in value)


def _as_choices(values: object) -> tuple[Reply, ...] | None:
    if values is None:
        return None
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        raise TypeError(f"choices= takes a list of replies, got {reprlib.repr(values)}")
    return tuple(map(_as_choice, values))


def _as_choice(value: object) -> Reply:
    reply = as_reply(value)
    if isinstance(reply, RawResponse) or reply.choices is not None or whole_answer(reply):
        raise TypeError(f"choices= takes plain replies, got {value!r}")
    if names := [name for name in _OF_THE_WHOLE if getattr(reply, name) not in (None, {})]:
        raise ValueError(f"{names[0]}= belongs to the whole answer, Reply(choices=…, {names[0]}=…), not to a choice")
    return reply
