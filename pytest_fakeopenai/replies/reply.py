"""What a test scripts: the parts of a reply, `Reply` itself, and the shorthand that stands for them.

A reply is a sequence of parts, in the order in which they reach the client. Parts are plain values, equal when their
content is equal; ids, times and usage belong to the wire. A string stands for `Text`; a dict, list, dataclass or
pydantic model for its JSON as text.
"""

from __future__ import annotations

import dataclasses
import json
import reprlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .faults import ApiError, Disconnect, Garbage, Timeout
from .timing import Delay, Gate, Pace

if TYPE_CHECKING:
    from ..state.journal import RecordedRequest

FINISH_REASONS = ("stop", "length", "tool_calls", "content_filter", "function_call")


def compact_json(value: object) -> str:
    """The value as JSON the way models write it: no blanks, non-ASCII characters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True)
class Text:
    """Text of the assistant, streamed token by token, or by words where no tokenizer is installed.

    `unchecked=True` sends it even where it breaks the JSON schema that the request demands.
    """

    text: str
    unchecked: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        _expect_str("Text", self.text)

    def __repr__(self) -> str:
        return f"Text({self.text!r})"


@dataclass(frozen=True, init=False)
class Chunks:
    """Text of the assistant, streamed in exactly these pieces: `Chunks("Hel", "lo")`."""

    pieces: tuple[str, ...]
    unchecked: bool = False

    def __init__(self, *pieces: str, unchecked: bool = False) -> None:
        for piece in pieces:
            _expect_str("Chunks", piece, hint="; the pieces of a list are Chunks(*pieces)" * isinstance(piece, list))
        object.__setattr__(self, "pieces", pieces)
        object.__setattr__(self, "unchecked", unchecked)

    @property
    def text(self) -> str:
        """The pieces put together."""
        return "".join(self.pieces)

    def __repr__(self) -> str:
        return f"Chunks({', '.join(map(repr, self.pieces))})"


@dataclass(frozen=True)
class ToolCall:
    """A call of a function or custom tool; several in a row are parallel calls.

    `arguments` is a mapping, sent as JSON, or a string, sent verbatim: broken JSON on purpose, or a custom tool's
    input. The request must have offered a tool of this name; `unchecked=True` sends the call all the same, as a
    model does that invents a tool.
    """

    name: str
    arguments: Mapping[str, Any] | str = field(default_factory=dict)
    id: str | None = None
    unchecked: bool = field(default=False, kw_only=True)
    arguments_text: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _expect_str("ToolCall(name)", self.name)
        if not isinstance(self.arguments, (str, Mapping)):
            raise TypeError(f"ToolCall(arguments) takes a mapping or a string, got {self.arguments!r}")
        text = self.arguments if isinstance(self.arguments, str) else _json_text(dict(self.arguments))
        _expect_utf8("ToolCall(arguments)", text)
        object.__setattr__(self, "arguments_text", text)

    def __repr__(self) -> str:
        return f"ToolCall({self.name!r}, {self.arguments!r})"


@dataclass(frozen=True)
class Reasoning:
    """A summary of the model's reasoning; `Reasoning("")` is a reasoning item without one.

    Several in a row are one item with several summaries.
    """

    text: str

    def __post_init__(self) -> None:
        _expect_str("Reasoning", self.text)

    def __repr__(self) -> str:
        return f"Reasoning({self.text!r})"


@dataclass(frozen=True)
class Refusal:
    """The model's refusal to answer."""

    text: str

    def __post_init__(self) -> None:
        _expect_str("Refusal", self.text)

    def __repr__(self) -> str:
        return f"Refusal({self.text!r})"


@dataclass(frozen=True)
class FileSearch:
    """A search in the files of the vector stores that the request's tool `file_search` names; it really takes place.

    `query` is what to look for, by default the last user text. The text behind it cites the files that were found.
    """

    query: str | None = None

    def __post_init__(self) -> None:
        if self.query is not None:
            _expect_str("FileSearch", self.query)

    @property
    def text(self) -> str:
        """Nothing: a search is not said."""
        return ""

    def __repr__(self) -> str:
        return f"FileSearch({'' if self.query is None else repr(self.query)})"


Content = Text | Chunks | ToolCall | Reasoning | Refusal | FileSearch
Control = Delay | Gate | Disconnect | Garbage | ApiError | Timeout
Part = Content | Control
CONTENT = (Text, Chunks, ToolCall, Reasoning, Refusal, FileSearch)
CONTROL = (Delay, Gate, Disconnect, Garbage, ApiError, Timeout)
_PARTS = CONTENT + CONTROL


@dataclass(frozen=True)
class Logprob:
    """One token of a text with its log probability and the alternatives considered."""

    token: str
    logprob: float
    top_logprobs: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, init=False, repr=False)
class Reply:
    """A sequence of parts, where more must be said than the parts themselves.

    - `finish_reason`: one of stop, length, tool_calls, content_filter, function_call; by default what the parts imply.
    - `usage`: token counts that replace the computed ones, in either surface's spelling, also nested.
    - `model`, `id`: what the answer says instead of the requested model and a generated id.
    - `logprobs`: True invents plausible ones, a list of `(token, logprob)` or `Logprob` gives them, False sends none;
      by default they are invented when the request asks for them.
    - `choices`: one reply for each choice of `n > 1`; without it every choice says the same.
    - `headers`: additional response headers. `pace`: the rhythm of this reply.
    """

    parts: tuple[Part, ...]
    finish_reason: str | None
    usage: Mapping[str, Any] | None
    model: str | None
    id: str | None
    logprobs: bool | tuple[Logprob, ...] | None
    choices: tuple[Reply, ...] | None
    headers: Mapping[str, str]
    pace: Pace | None

    def __init__(
        self,
        *parts: object,
        finish_reason: str | None = None,
        usage: Mapping[str, Any] | None = None,
        model: str | None = None,
        id: str | None = None,
        logprobs: bool | Sequence[Logprob | tuple[str, float]] | None = None,
        choices: Sequence[object] | None = None,
        headers: Mapping[str, str] | None = None,
        pace: Pace | None = None,
    ) -> None:
        if finish_reason is not None and finish_reason not in FINISH_REASONS:
            raise ValueError(f"finish_reason is one of {', '.join(FINISH_REASONS)}; got {finish_reason!r}")
        if parts and choices is not None:
            raise ValueError("Reply takes parts or choices=, not both: put the parts into the replies of choices")
        if pace is not None and not isinstance(pace, Pace):
            raise TypeError(f"pace= takes a Pace, got {pace!r}")
        values = {
            "parts": tuple(as_part(part) for part in parts),
            "finish_reason": finish_reason,
            "usage": None if usage is None else dict(usage),
            "model": model,
            "id": id,
            "logprobs": _logprobs(logprobs),
            "choices": None if choices is None else tuple(_as_choice(choice) for choice in choices),
            "headers": {name.lower(): str(value) for name, value in (headers or {}).items()},
            "pace": pace,
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)
        self._check_logprobs()

    def _check_logprobs(self) -> None:
        if isinstance(self.logprobs, tuple):
            tokens = "".join(entry.token for entry in self.logprobs)
            if tokens != self.text:
                raise ValueError(f"the tokens of logprobs= make {tokens!r}, but the reply's text is {self.text!r}")

    @property
    def text(self) -> str:
        """The text parts put together."""
        return "".join(part.text for part in self.parts if isinstance(part, (Text, Chunks)))

    @property
    def failure(self) -> ApiError | None:
        """The first part that is an error, or None."""
        return next((part for part in self.parts if isinstance(part, ApiError)), None)

    def __repr__(self) -> str:
        shown = [repr(part) for part in self.parts]
        for field_ in dataclasses.fields(self)[1:]:
            value = getattr(self, field_.name)
            if value not in (None, {}):
                shown.append(f"{field_.name}={value!r}")
        return f"Reply({', '.join(shown)})"


@dataclass(frozen=True)
class Verbatim:
    """An object of the official SDK, sent as it is: `kind` is its class, `payload` its JSON, or a list of chunks."""

    kind: str
    payload: Any

    def __repr__(self) -> str:
        return f"<{self.kind}>"


Spoken = Reply | Verbatim
# Sync or async; or a generator of parts, sync or async.
Responder = Callable[["RecordedRequest"], object]
ScriptEntry = Reply | Verbatim | Responder

# What the SDK's classes are called that can stand for a whole answer, or for one event of a stream.
_WHOLE = frozenset({"ChatCompletion", "Response", "Completion"})


def as_script_entry(value: object) -> ScriptEntry:
    """A script entry in its one normal form: a reply, an SDK object, or a callable that makes one; or TypeError."""
    if callable(value) and not isinstance(value, (type, ApiError)):
        return value
    return as_reply(value)


def as_reply(value: object) -> Spoken:
    """A reply in its one normal form, from shorthand; TypeError for what cannot be one."""
    if isinstance(value, (Reply, Verbatim)):
        return value
    if (sdk_name := _sdk_class(value)) in _WHOLE:
        return Verbatim(sdk_name, _dump(value))
    if isinstance(value, list) and value and all(_is_event(item) for item in value):
        return Verbatim("chunks", [_dump(item) for item in value])
    return Reply(value)


def as_part(value: object) -> Part:
    """A part, from shorthand; TypeError for what cannot be one."""
    if isinstance(value, _PARTS):
        return value
    if isinstance(value, str):
        return Text(value)
    if isinstance(value, type) and issubclass(value, _PARTS):
        raise TypeError(f"got the class {value.__name__}; a reply takes an instance: {value.__name__}(…)")
    if isinstance(value, (Reply, Verbatim, tuple)) or _holds_parts(value):
        raise TypeError(f"several parts make one reply as Reply(part, part, …); got {value!r}")
    return Text(_json_text(_plain(value)))


def _plain(value: object) -> object:
    if isinstance(value, (dict, list)):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if hasattr(value, "model_dump_json") and not isinstance(value, type):
        return _dump(value)
    raise TypeError(
        "a reply is made of str, dict, list, dataclass, pydantic model, parts such as Text or ToolCall, "
        f"Reply(…), a callable or an SDK object; got {type(value).__name__}: {value!r}"
    )


def _dump(value: Any) -> Any:
    """A pydantic model as JSON; of an SDK object only what was set, whether the client has a class for it or not."""
    sdk = bool(_sdk_class(value))
    return value.model_dump(mode="json", by_alias=True, exclude_unset=sdk, warnings=not sdk)


def _sdk_class(value: object) -> str:
    """The name of the SDK's response class that the value is an instance of, or an empty string."""
    for cls in type(value).__mro__:
        if cls.__module__.startswith("openai.types."):
            name = cls.__name__.partition("[")[0]
            if name in _WHOLE or name.endswith(("Chunk", "Event")):
                return name
    return ""


def _is_event(value: object) -> bool:
    return _sdk_class(value).endswith(("Chunk", "Event"))


def _holds_parts(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(item, (*_PARTS, Reply)) for item in value)


def _as_choice(value: object) -> Reply:
    reply = as_reply(value)
    if not isinstance(reply, Reply) or reply.choices is not None:
        raise TypeError(f"choices= takes plain replies, got {value!r}")
    return reply


def _logprobs(value: bool | Sequence[Logprob | tuple[str, float]] | None) -> bool | tuple[Logprob, ...] | None:
    if value is None or isinstance(value, bool):
        return value
    return tuple(entry if isinstance(entry, Logprob) else Logprob(*entry) for entry in value)


def _expect_str(where: str, value: object, hint: str = "") -> None:
    if not isinstance(value, str):
        raise TypeError(f"{where} takes a string, got {type(value).__name__}: {reprlib.repr(value)}{hint}")
    _expect_utf8(where, value)


def _expect_utf8(where: str, value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{where} takes text that can be sent as UTF-8, got a lone surrogate: {value!r}") from None


def _json_text(value: object) -> str:
    try:
        text = compact_json(value)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{value!r} cannot be sent as JSON: {error}") from error
    _expect_utf8("a reply", text)
    return text
