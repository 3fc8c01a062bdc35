"""Server-sent events and JSON bodies in the layouts of each surface."""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic_core import from_json, to_json

EVENT_STREAM = "text/event-stream; charset=utf-8"
JSON = "application/json"
DONE = b"data: [DONE]\n\n"
_DELETE = "\x7f"  # the one ASCII character beyond the blanks and controls that Python's json escapes


_HUGE = re.compile(rb"[eE]\+?\d{3}|\d{300}")


def parse(data: bytes) -> Any:
    """The value of a JSON text; ValueError where there is none, or a number in it is too large to be written again."""
    value = from_json(data, allow_inf_nan=False)
    if _HUGE.search(data):
        json.dumps(value, allow_nan=False)
    return value


def compact(value: Any) -> bytes:
    """JSON without blanks, in UTF-8."""
    return to_json(value)


def pretty(value: Any, indent: int = 2) -> bytes:
    """JSON with a line for each element, in UTF-8."""
    return to_json(value, indent=indent)


def pretty_ascii(value: Any) -> bytes:
    """The same, every other character escaped as `\\uXXXX`."""
    text = pretty(value).decode()
    plain = text.isascii() and _DELETE not in text
    return (text if plain else "".join(map(_escape, text))).encode("ascii")


def _escape(character: str) -> str:
    if character.isascii() and character != _DELETE:
        return character
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def data(payload: bytes) -> bytes:
    """An event without a name."""
    return b"data: " + payload + b"\n\n"


def event_of(frame: bytes) -> dict[str, Any]:
    """The event that a frame carries; one whose name is not its type as its name and its data."""
    head, _, payload = frame.partition(b"data: ")
    name, data = head[7:].strip().decode(), payload.strip()
    value: Any = "[DONE]" if data == b"[DONE]" else from_json(data)
    is_bare = not name or (isinstance(value, dict) and value.get("type") == name)
    return value if is_bare else {"event": name, "data": value}


def named(event: dict[str, Any]) -> bytes:
    """An event whose name is its type."""
    kind: str = event["type"]
    return b"event: " + kind.encode() + b"\ndata: " + to_json(event) + b"\n\n"
