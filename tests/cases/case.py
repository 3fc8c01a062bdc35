"""Cases: requests, and what the API answered to each, as JSON files beside this module.

The form of a file is described in README.md.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest_fakeopenai
from pytest_fakeopenai import ToolCall

FOLDER = Path(__file__).parent
ABSENT = object()
_EDGE = "case-boundary"
_STEP = re.compile(r"\[([^\]]*)\]|([^.\[\]]+)")
_REFERENCE = re.compile(r"\{(\d+)\.([\w.\[\]]+)\}")


@dataclass(frozen=True)
class Case:
    """The steps of a file in their order."""

    name: str
    steps: list[Step]

    def __repr__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Step:
    """A request, the replies that are scripted for it, the options of the fake that gets it, and what is answered."""

    request: dict[str, Any]
    answer: dict[str, Any]
    script: list[Any] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)

    def replies(self) -> Iterator[object]:
        """The scripted replies: texts, calls of tools, and errors by the names of their classes."""
        for entry in self.script:
            if isinstance(entry, dict) and "error" in entry:
                yield getattr(pytest_fakeopenai, entry["error"])()
            else:
                yield ToolCall(entry["call"], entry["arguments"]) if isinstance(entry, dict) else entry

    def body(self) -> tuple[str, bytes | None]:
        """The media type and the bytes of the request's body."""
        if "form" in self.request:
            return f"multipart/form-data; boundary={_EDGE}", _form(self.request["form"])
        body = self.request.get("body")
        return "application/json", None if body is None else json.dumps(body).encode()


def cases() -> list[Case]:
    """The cases of every file, by name."""
    return [_case(path) for path in sorted(FOLDER.glob("*.json"))]


def _case(path: Path) -> Case:
    content = json.loads(path.read_text(encoding="utf-8"))
    return Case(path.stem, [Step(**step) for step in content["steps"]])


def _form(fields: dict[str, Any]) -> bytes:
    parts = [b"--%b\r\n%b\r\n" % (_EDGE.encode(), _part(name, value)) for name, value in fields.items()]
    return b"".join(parts) + b"--%b--\r\n" % _EDGE.encode()


def _part(name: str, value: Any) -> bytes:
    if isinstance(value, str):
        return f'content-disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
    content = base64.b64decode(value["base64"]) if "base64" in value else value["text"].encode()
    head = f'content-disposition: form-data; name="{name}"; filename="{value["filename"]}"'
    return f"{head}\r\ncontent-type: application/octet-stream\r\n\r\n".encode() + content


def referred(value: Any, answers: list[Any]) -> Any:
    """A value with every `{0.id}` replaced by what is at that path of an earlier answer."""
    text = json.dumps(value, ensure_ascii=False)
    return json.loads(_REFERENCE.sub(lambda match: str(at(answers[int(match[1])], match[2])), text))


def at(value: Any, path: str) -> Any:
    """What is at a path such as `output[0].name` or `[type=error].message`; ABSENT where there is nothing."""
    for index, name in _STEP.findall(path):
        value = _inside(value, name or index, is_index=not name)
        if value is ABSENT:
            return ABSENT
    return value


def _inside(value: Any, step: str, *, is_index: bool) -> Any:
    if not is_index:
        return value.get(step, ABSENT) if isinstance(value, dict) else ABSENT
    if not isinstance(value, list):
        return ABSENT
    key, _, text = step.partition("=")
    if text:
        return next((each for each in value if each.get(key) == text), ABSENT)
    return value[int(step)] if -len(value) <= int(step) < len(value) else ABSENT


def differences(expected: Any, value: Any, path: str = "") -> Iterator[str]:
    """Where a value is not as expected; a text between slashes is a pattern of the whole text, or number."""
    if isinstance(expected, dict) and isinstance(value, dict):
        for name in expected | value:
            inner = expected.get(name, ABSENT), value.get(name, ABSENT)
            yield from differences(*inner, f"{path}.{name}")
    elif isinstance(expected, list) and isinstance(value, list) and len(expected) == len(value):
        for index, pair in enumerate(zip(expected, value, strict=True)):
            yield from differences(*pair, f"{path}[{index}]")
    elif not _matches(expected, value):
        yield f"{path}: expected {_shown(expected)}, got {_shown(value)}"


def _matches(expected: Any, value: Any) -> bool:
    if isinstance(expected, str) and len(expected) > 1 and expected[0] == expected[-1] == "/":
        return value is not ABSENT and re.fullmatch(expected[1:-1], str(value)) is not None
    return type(expected) is type(value) and bool(expected == value)


def _shown(value: Any) -> str:
    return "nothing" if value is ABSENT else json.dumps(value)


def unmet(answer: dict[str, Any], status: int, headers: dict[str, str], body: Any) -> Iterable[str]:
    """What of an answer is not as a case has it."""
    yield from differences(answer["status"], status, "status")
    for name, expected in answer.get("headers", {}).items():
        yield from differences(expected, headers.get(name, ABSENT), name)
    for path, expected in answer.get("equal", {}).items():
        yield from differences(expected, at(body, path), path)
    for path, names in answer.get("keys", {}).items():
        yield from differences(names, list(at(body, path)), f"keys of {path}")
    for path in answer.get("absent", ()):
        if (value := at(body, path)) is not ABSENT:
            yield f"{path}: expected nothing, got {_shown(value)}"
