"""What is in a training file, and what makes OpenAI refuse to train with it.

Reference: https://platform.openai.com/docs/guides/supervised-fine-tuning
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ...wire.protocol import sse
from ...wire.protocol.call import Json, text_of

_FEWEST = 10


class BadData(Exception):
    """Why a file cannot be trained with: the code, the message and the parameter of the job's error."""

    def __init__(self, code: str, message: str, param: str) -> None:
        super().__init__(code, message, param)
        self.code = code
        self.message = message
        self.param = param


def read(content: bytes, kind: str, param: str) -> list[str]:
    """The texts that a model is trained with, one of each example, by a method of this kind; BadData names the flaw."""
    found = []
    for place, line in enumerate(_lines(content), 1):
        try:
            found.append(_text(kind, line))
        except ValueError as flaw:
            told = f"Invalid file format. Line {place}: {flaw}."
            raise BadData("invalid_file_format", told, param) from None
    if len(found) < _FEWEST:
        called = param.replace("_", " ").capitalize()
        told = f"{called} has {len(found)} example(s), but must have at least {_FEWEST} examples"
        raise BadData("invalid_n_examples", told, param)
    return found


def unread(content: bytes) -> list[str]:
    """The texts of examples that nobody looks at: a line each."""
    return [line.decode(errors="replace") for line in _lines(content)]


def _lines(content: bytes) -> list[bytes]:
    return [line for line in content.splitlines() if line.strip()]


def _text(kind: str, line: bytes) -> str:
    """The text of an example; ValueError says what is wrong with it."""
    try:
        example = sse.parse(line)
    except ValueError:
        raise ValueError("it is not valid JSON") from None
    if not isinstance(example, dict):
        raise ValueError("it is not a JSON object")
    for flaw in _READERS[kind](example):
        raise ValueError(flaw)
    return "\n".join(_texts(example))


def _supervised(example: Json) -> Iterator[str]:
    if "messages" not in example and "prompt" in example:
        yield from (f"'{name}' must be a string" for name in ("prompt", "completion") if not _is_text(example, name))
        return
    yield from _wrong_messages(example, "messages")
    if not any(message["role"] == "assistant" for message in example["messages"]):
        yield "the conversation has no message of the assistant"


def _preference(example: Json) -> Iterator[str]:
    given = example.get("input")
    yield from _wrong_messages(given if isinstance(given, dict) else {}, "messages")
    for name in ("preferred_output", "non_preferred_output"):
        yield from _wrong_messages(example, name)


def _reinforced(example: Json) -> Iterator[str]:
    yield from _wrong_messages(example, "messages")
    if example["messages"][-1]["role"] != "user":
        yield "the last message must be one of the user"


def _wrong_messages(owner: Json, name: str) -> Iterator[str]:
    messages = owner.get(name)
    if not isinstance(messages, list) or not messages:
        yield f"missing key '{name}'" if name not in owner else f"'{name}' must be a list of messages"
        return
    for place, message in enumerate(messages, 1):
        if not isinstance(message, dict) or not _is_text(message, "role"):
            yield f"message {place} has no role"
        elif not any(message.get(each) for each in ("content", "tool_calls", "function_call", "refusal")):
            yield f"message {place} has no content"


def _is_text(owner: Json, name: str) -> bool:
    return isinstance(owner.get(name), str)


_READERS: dict[str, Callable[[Json], Iterator[str]]] = {
    "supervised": _supervised,
    "dpo": _preference,
    "reinforcement": _reinforced,
}


def _texts(value: Any) -> Iterator[str]:
    """The texts of an example that are counted: contents, prompts and completions."""
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name in ("content", "prompt", "completion"):
                yield text_of(each)
            elif name in ("messages", "input", "preferred_output", "non_preferred_output"):
                yield from _texts(each)
