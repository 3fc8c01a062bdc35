"""The parts of a reply: plain values, equal when their content is equal; ids, times and usage belong to the wire."""

from __future__ import annotations

import json
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .faults import ApiError, Disconnect, Garbage, Timeout
from .timing import Delay, Gate


def compact_json(value: object) -> str:
    """The value as JSON the way models write it: no blanks, non-ASCII characters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True, repr=False)
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


@dataclass(frozen=True, repr=False, init=False)
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


@dataclass(frozen=True, repr=False)
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
        text = self.arguments if isinstance(self.arguments, str) else json_text(dict(self.arguments))
        _expect_utf8("ToolCall(arguments)", text)
        object.__setattr__(self, "arguments_text", text)

    def __repr__(self) -> str:
        return f"ToolCall({self.name!r}, {self.arguments!r})"


@dataclass(frozen=True, repr=False)
class Reasoning:
    """A summary of the model's reasoning; `Reasoning("")` is a reasoning item without one.

    Several in a row are one item with several summaries.
    """

    text: str

    def __post_init__(self) -> None:
        _expect_str("Reasoning", self.text)

    def __repr__(self) -> str:
        return f"Reasoning({self.text!r})"


@dataclass(frozen=True, repr=False)
class Refusal:
    """The model's refusal to answer."""

    text: str

    def __post_init__(self) -> None:
        _expect_str("Refusal", self.text)

    def __repr__(self) -> str:
        return f"Refusal({self.text!r})"


@dataclass(frozen=True, repr=False)
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


def _expect_str(where: str, value: object, hint: str = "") -> None:
    if not isinstance(value, str):
        raise TypeError(f"{where} takes a string, got {type(value).__name__}: {reprlib.repr(value)}{hint}")
    _expect_utf8(where, value)


def _expect_utf8(where: str, value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{where} takes text that can be sent as UTF-8, got a lone surrogate: {value!r}") from None


def json_text(value: object) -> str:
    """A value as the JSON text that a reply says; TypeError where it has none."""
    try:
        text = compact_json(value)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{value!r} cannot be sent as JSON: {error}") from error
    _expect_utf8("a reply", text)
    return text
