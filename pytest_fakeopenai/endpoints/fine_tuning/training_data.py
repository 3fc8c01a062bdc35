"""The examples in a training file, and the flaws for which OpenAI does not train with one.

Reference: https://platform.openai.com/docs/guides/supervised-fine-tuning
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ...wire.protocol import sse
from ...wire.protocol.call import Json, text_of

_MIN_EXAMPLES = 10


class InvalidFile(Exception):
    """A file cannot be trained with; holds the code, the message and the parameter of the job's `error`."""

    def __init__(self, code: str, message: str, param: str) -> None:
        super().__init__(code, message, param)
        self.code = code
        self.message = message
        self.param = param


def read_examples(content: bytes, kind: str, param: str) -> list[str]:
    """The texts of the examples, each checked for a method of this kind: `supervised`, `dpo`, `reinforcement`.

    Raises InvalidFile for the first flaw, and for too few examples; `param` is the job's parameter for the file.
    """
    examples = []
    for place, line in enumerate(_lines(content), 1):
        try:
            examples.append(_text(kind, line))
        except ValueError as flaw:
            message = f"Invalid file format. Line {place}: {flaw}."
            raise InvalidFile("invalid_file_format", message, param) from None
    if len(examples) < _MIN_EXAMPLES:
        title = param.replace("_", " ").capitalize()
        message = f"{title} has {len(examples)} example(s), but must have at least {_MIN_EXAMPLES} examples"
        raise InvalidFile("invalid_n_examples", message, param)
    return examples


def unchecked_examples(content: bytes) -> list[str]:
    """The lines of a file in place of its examples' texts, where validation is off."""
    return [line.decode(errors="replace") for line in _lines(content)]


def _lines(content: bytes) -> list[bytes]:
    return [line for line in content.splitlines() if line.strip()]


def _text(kind: str, line: bytes) -> str:
    """The text of an example; raises ValueError with its first flaw."""
    try:
        example = sse.parse(line)
    except ValueError:
        raise ValueError("it is not valid JSON") from None
    if not isinstance(example, dict):
        raise ValueError("it is not a JSON object")
    for flaw in _FLAWS[kind](example):
        raise ValueError(flaw)
    return "\n".join(_texts(example))


def _flaws_of_supervised(example: Json) -> Iterator[str]:
    if "messages" not in example and "prompt" in example:
        yield from (f"'{name}' must be a string" for name in ("prompt", "completion") if not _is_string(example, name))
        return
    yield from _flaws_of_messages(example, "messages")
    if not any(message["role"] == "assistant" for message in example["messages"]):
        yield "the conversation has no message of the assistant"


def _flaws_of_dpo(example: Json) -> Iterator[str]:
    conversation = example.get("input")
    yield from _flaws_of_messages(conversation if isinstance(conversation, dict) else {}, "messages")
    for name in ("preferred_output", "non_preferred_output"):
        yield from _flaws_of_messages(example, name)


def _flaws_of_reinforcement(example: Json) -> Iterator[str]:
    yield from _flaws_of_messages(example, "messages")
    if example["messages"][-1]["role"] != "user":
        yield "the last message must be one of the user"


def _flaws_of_messages(owner: Json, name: str) -> Iterator[str]:
    messages = owner.get(name)
    if not isinstance(messages, list) or not messages:
        yield f"missing key '{name}'" if name not in owner else f"'{name}' must be a list of messages"
        return
    for place, message in enumerate(messages, 1):
        if not isinstance(message, dict) or not _is_string(message, "role"):
            yield f"message {place} has no role"
        elif not any(message.get(each) for each in ("content", "tool_calls", "function_call", "refusal")):
            yield f"message {place} has no content"


def _is_string(owner: Json, name: str) -> bool:
    return isinstance(owner.get(name), str)


_FLAWS: dict[str, Callable[[Json], Iterator[str]]] = {
    "supervised": _flaws_of_supervised,
    "dpo": _flaws_of_dpo,
    "reinforcement": _flaws_of_reinforcement,
}


def _texts(value: Any) -> Iterator[str]:
    """The texts of an example whose tokens are counted: contents, prompts and completions."""
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name in ("content", "prompt", "completion"):
                yield text_of(each)
            elif name in ("messages", "input", "preferred_output", "non_preferred_output"):
                yield from _texts(each)
