"""A generating request in the one form that rules, echo and records see, whatever surface it came in on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Json = dict[str, Any]


def copied(value: Any) -> Any:
    """A copy of a JSON value; of what JSON does not know the value itself."""
    if isinstance(value, dict):
        return {key: copied(inner) if isinstance(inner, (dict, list)) else inner for key, inner in value.items()}
    return [copied(inner) for inner in value] if isinstance(value, list) else value


class Tool(NamedTuple):
    """A tool that the request offers; `kind` is function, custom or the name of a built-in tool.

    `strict` tells whether the API promises arguments that fit the parameters' schema, `grammar` what the input of a
    custom tool has to fit. `namespace` is that of a function in one, or that is loaded when it is searched for.
    """

    name: str
    kind: str = "function"
    parameters: object = None
    strict: bool = False
    description: object = None
    grammar: str = ""
    namespace: str = ""

    @property
    def callable(self) -> bool:
        """Whether the application, not the API, runs it."""
        return self.kind in ("function", "custom")


class ToolUse(NamedTuple):
    """A call of a tool that was made; `is_replayed` tells whether it is read again from the store."""

    name: str
    arguments: str
    namespace: str = ""
    is_replayed: bool = False


class Image(NamedTuple):
    """An image in a message, by its URL, which may hold it."""

    url: str
    detail: str = "auto"


@dataclass(slots=True)
class Message:
    """A message as the model reads it.

    `name` is its author's, or that of the tool whose result it is; `calls` are those made. The role `reasoning` is that
    of what the model thought, as far as its text is known.
    """

    role: str
    text: str = ""
    name: str = ""
    calls: tuple[ToolUse, ...] = ()
    images: tuple[Image, ...] = ()


@dataclass(eq=False, slots=True)
class Call:
    """What a request asks for.

    - `text` is the last user text, `system` the system, developer and instructions texts.
    - `tool_outputs` are the texts of the tool results in the last turn, oldest first.
    - `tools` are those of the request, `namespaced` those within them, or brought by an item of the conversation.
    - `demanded` is the tool that the request insists on, `format` the JSON schema it insists on, with its `name` and
      `schema`; with `strict` the API promises that the text fits it.
    - `logprobs` tells whether log probabilities are asked for.
    - `contents` are all messages as the model reads them, for counting tokens; `prompts` those of a legacy completion.
    - `history` are the items of the responses that this one continues; `thoughts` are the ids of stored reasoning items
      by those of the items that came after them.
    """

    endpoint: str
    model: str
    body: Json
    messages: Sequence[Json] = ()
    text: str = ""
    system: str = ""
    tools: tuple[Tool, ...] = ()
    namespaced: tuple[Tool, ...] = ()
    tool_outputs: tuple[str, ...] = ()
    demanded: Tool | None = None
    format: Json | None = None
    strict: bool = False
    json_mode: bool = False
    n: int = 1
    logprobs: bool = False
    contents: tuple[Message, ...] = ()
    prompts: tuple[str, ...] = ()
    history: tuple[Json, ...] = field(default=(), repr=False)
    thoughts: Mapping[object, str] = field(default_factory=dict, repr=False)

    @property
    def stream(self) -> bool:
        """Whether the answer is to be streamed."""
        return self.body.get("stream") is True

    @property
    def schema(self) -> object:
        """The JSON Schema that the text has to fit, or None."""
        return None if self.format is None else self.format["schema"]

    @property
    def uses_functions(self) -> bool:
        """Whether the tools are the deprecated `functions`, of which an answer calls one at most."""
        return bool(self.body.get("functions")) and not self.body.get("tools")

    def tool(self, name: str | None) -> Tool | None:
        """The offered tool of this name."""
        return next((tool for tool in (*self.tools, *self.namespaced) if tool.name == name), None)

    @property
    def tool_names(self) -> list[str]:
        """The names of the tools offered; a built-in tool is named by its type."""
        return [tool.name for tool in (*self.tools, *self.namespaced)]

    @property
    def callable_tools(self) -> list[Tool]:
        """The tools that the application runs and that `tool_choice` lets the model call."""
        choice = self.body.get("tool_choice") or self.body.get("function_call")
        own = [] if choice == "none" else [tool for tool in (*self.tools, *self.namespaced) if tool.callable]
        allowed = _allowed(choice)
        return own if allowed is None else [tool for tool in own if tool.name in allowed]


def text_of(content: object) -> str:
    """The text of a message's content: a string, or the text parts of a list put together."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    return "".join(part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str))


def images_of(content: object) -> tuple[Image, ...]:
    """The images among the parts of a message's content, in either surface's spelling."""
    if not isinstance(content, list):
        return ()
    parts = (part for part in content if isinstance(part, dict) and part.get("type") in ("image_url", "input_image"))
    return tuple(map(_image, parts))


def _image(part: Json) -> Image:
    url = part.get("image_url")
    inner = url if isinstance(url, dict) else {"url": url, "detail": part.get("detail")}
    return Image(str(inner.get("url") or ""), str(inner.get("detail") or "auto"))


def last_user_text(messages: Iterable[Json]) -> str:
    """The text of the last message of the user."""
    texts = [text_of(message.get("content")) for message in messages if message.get("role") == "user"]
    return texts[-1] if texts else ""


def system_text(messages: Iterable[Json]) -> str:
    """The system and developer texts, a line each."""
    instructing = (m for m in messages if m.get("role") in ("system", "developer"))
    return "\n".join(text_of(message.get("content")) for message in instructing)


def demanded_tool(tools: Sequence[Tool], choice: object) -> Tool | None:
    """The tool that `tool_choice` insists on: a named one, or the first when any must be called."""
    own = [tool for tool in tools if tool.callable]
    if choice == "required":
        return own[0] if own else None
    names = _allowed(choice) or ()
    return next((tool for tool in own if tool.name in names), None) if _insists(choice) else None


def _settings_of_allowed(choice: object) -> Json | None:
    """What a choice of `allowed_tools` says, in either surface's spelling; None for another choice."""
    if not isinstance(choice, dict) or choice.get("type") != "allowed_tools":
        return None
    return choice["allowed_tools"] if isinstance(choice.get("allowed_tools"), dict) else choice


def _insists(choice: object) -> bool:
    """Whether a choice that is no word has the model call one of the tools that it names."""
    allowed = _settings_of_allowed(choice)
    return allowed is None or allowed.get("mode") == "required"


def _allowed(choice: object) -> list[str | None] | None:
    """The names of the tools that a choice leaves, or None where it leaves all."""
    if (allowed := _settings_of_allowed(choice)) is not None:
        tools = allowed.get("tools")
        return [named_choice(tool) for tool in tools] if isinstance(tools, list) else None
    name = named_choice(choice)
    return None if name is None else [name]


def named_choice(choice: object) -> str | None:
    """The name in a `tool_choice` object, in either surface's spelling."""
    if not isinstance(choice, dict):
        return None
    inner = choice.get(choice.get("type")) if isinstance(choice.get("type"), str) else None
    name = inner.get("name") if isinstance(inner, dict) else choice.get("name")
    return name if isinstance(name, str) else None
