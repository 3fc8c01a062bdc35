"""The parts of a reply: plain values, equal when their content is equal; ids, times and usage belong to the wire."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .answers import Patch, Vectors
from .arguments import expect_flag, expect_text, expect_text_or_none, expect_utf8, json_text
from .faults import ApiError, Disconnect, Garbage, Timeout, Truncate
from .timing import Delay, Gate


@dataclass(frozen=True, repr=False)
class Text:
    """Text of the assistant, streamed token by token, or by words where no tokenizer is installed.

    `unchecked=True` sends it even where it breaks the JSON schema that the request demands.
    """

    text: str
    unchecked: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        expect_text("Text", self.text)
        expect_flag("Text(unchecked=)", self.unchecked)

    def __repr__(self) -> str:
        return f"Text({self.text!r})"


@dataclass(frozen=True, repr=False, init=False)
class Chunks:
    """Text of the assistant, streamed in exactly these pieces: `Chunks("Hel", "lo")`."""

    pieces: tuple[str, ...]
    unchecked: bool = False

    def __init__(self, *pieces: str, unchecked: bool = False) -> None:
        for piece in pieces:
            expect_text("Chunks", piece, hint="; the pieces of a list are Chunks(*pieces)" * isinstance(piece, list))
        expect_flag("Chunks(unchecked=)", unchecked)
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

    Without a name, as `ToolCall(arguments={"city": "Paris"})`, it calls the tool that the request forces, or the only
    one that it lets the model call; where there are several, or none, the reply is refused.
    """

    name: str | None = None
    arguments: Mapping[str, Any] | str = field(default_factory=dict)
    id: str | None = None
    unchecked: bool = field(default=False, kw_only=True)
    arguments_text: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        expect_text_or_none("ToolCall(name)", self.name)
        expect_text_or_none("ToolCall(id)", self.id)
        expect_flag("ToolCall(unchecked=)", self.unchecked)
        if not isinstance(self.arguments, (str, Mapping)):
            raise TypeError(f"ToolCall(arguments) takes a mapping or a string, got {reprlib.repr(self.arguments)}")
        text = self.arguments if isinstance(self.arguments, str) else json_text(dict(self.arguments))
        expect_utf8("ToolCall(arguments)", text)
        object.__setattr__(self, "arguments_text", text)

    def __repr__(self) -> str:
        return f"ToolCall({'arguments=' if self.name is None else f'{self.name!r}, '}{self.arguments!r})"


@dataclass(frozen=True, repr=False)
class Structured:
    """A value, by whichever method the request asks for one: a tool, a JSON schema, or plain JSON.

    - Where the request forces a call, it is the arguments of the call; of several tools that may be called, of the one
      whose parameters fit the value, and whose name is that of the value's class if more than one does.
    - Where it demands a response format, it is the text.
    - Where it does neither, it is the arguments of the tool that fits, or, without tools, the text.

    A value that does not fit the schema as it is, but would as the one property of an object, is sent inside of that
    object: frameworks wrap what is no object, as in `{"response": [1, 2]}`. One that fits neither way is refused;
    `unchecked=True` sends it all the same, as a model does that breaks its schema.

    `value` is anything that has a JSON form, dataclasses and pydantic models within it included; TypeError for the
    rest.

        fake_openai.script(Structured({"city": "Paris", "days": 3}))
    """

    value: Any
    unchecked: bool = field(default=False, kw_only=True)
    text: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        expect_flag("Structured(unchecked=)", self.unchecked)
        object.__setattr__(self, "text", json_text(self.value))

    @property
    def kind(self) -> str:
        """The name of the value's class; "" where it is one of Python's own."""
        return "" if type(self.value).__module__ == "builtins" else type(self.value).__name__

    def __repr__(self) -> str:
        return f"Structured({self.value!r})"


# What a message of chat completions says itself.
_MESSAGE_FIELDS = ("", "role", "content", "refusal", "tool_calls", "function_call", "annotations", "audio")


@dataclass(frozen=True, repr=False)
class Reasoning:
    """A summary of the model's reasoning; `Reasoning("")` is a reasoning item without one.

    Several in a row are one item with several summaries. Chat completions, and runs, of OpenAI hide it: it is billed,
    and counted in the usage, but not said. Other servers say it in a field of the message, which `chat_field` names,
    as `Reasoning("Hm.", chat_field="reasoning_content")`.
    """

    text: str
    chat_field: str | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        expect_text("Reasoning", self.text)
        expect_text_or_none("Reasoning(chat_field=)", self.chat_field)
        if self.chat_field in _MESSAGE_FIELDS:
            raise ValueError(f"Reasoning(chat_field=) names a field of its own, got {self.chat_field!r}")

    def __repr__(self) -> str:
        return f"Reasoning({self.text!r}{'' if self.chat_field is None else f', chat_field={self.chat_field!r}'})"


@dataclass(frozen=True, repr=False)
class Refusal:
    """The model's refusal to answer."""

    text: str

    def __post_init__(self) -> None:
        expect_text("Refusal", self.text)

    def __repr__(self) -> str:
        return f"Refusal({self.text!r})"


@dataclass(frozen=True, repr=False)
class FileSearch:
    """A search in the files of the vector stores that the request's tool `file_search` names; it really takes place.

    `query` is what to look for, by default the last user text. The text behind it cites the files that were found.
    """

    query: str | None = None

    def __post_init__(self) -> None:
        expect_text_or_none("FileSearch", self.query)

    @property
    def text(self) -> str:
        """Nothing: a search is not said."""
        return ""

    def __repr__(self) -> str:
        return f"FileSearch({'' if self.query is None else repr(self.query)})"


@dataclass(frozen=True, repr=False)
class StreamEvent:
    """An event of a stream that is there already, sent as it is: `kind` is what it is called, `payload` its JSON.

    It is what a chunk or an event of the official SDK becomes, or a dict that is one.
    """

    kind: str
    payload: Any

    @property
    def endpoint(self) -> str:
        """The endpoint whose streams have such events."""
        form = self.payload.get("object")
        if form == "text_completion":
            return "completions"
        return "chat.completions" if isinstance(form, str) and form.endswith(".chunk") else "responses"

    @property
    def text(self) -> str:
        """Nothing: what an event says is not read."""
        return ""

    def __repr__(self) -> str:
        return f"<{self.kind}>"


@dataclass(frozen=True, repr=False)
class Verbatim:
    """A whole answer of the official SDK, sent as it is: `kind` is its class, `payload` its JSON."""

    kind: str
    payload: Any

    @property
    def text(self) -> str:
        """Nothing: what an answer says is not read."""
        return ""

    def __repr__(self) -> str:
        return f"<{self.kind}>"


Content = (
    Text | Chunks | ToolCall | Structured | Reasoning | Refusal | FileSearch | Vectors | Patch | StreamEvent | Verbatim
)


Control = Delay | Gate | Disconnect | Truncate | Garbage | ApiError | Timeout


Part = Content | Control


CONTENT = (Text, Chunks, ToolCall, Structured, Reasoning, Refusal, FileSearch, Vectors, Patch, StreamEvent, Verbatim)


CONTROL = (Delay, Gate, Disconnect, Truncate, Garbage, ApiError, Timeout)
