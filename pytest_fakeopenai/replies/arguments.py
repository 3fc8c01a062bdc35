"""The arguments of parts and replies, checked where a test gives them: what is wrong raises at that line."""

from __future__ import annotations

import json
import math
import re
import reprlib
import threading
from collections.abc import Mapping

from .shorthand import plain_value

# What HTTP has for the name of a header, and what it has no place for in a value.
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# What the server says of the bytes that it sends.
FRAMING = frozenset({"content-length", "transfer-encoding"})


def compact_json(value: object) -> str:
    """The value as JSON the way models write it: no blanks, non-ASCII characters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain)


def _plain(value: object) -> object:
    try:
        return plain_value(value)
    except TypeError:
        raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable") from None


def json_text(value: object) -> str:
    """A value as the JSON text that a reply says; TypeError where it has none."""
    try:
        text = compact_json(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(f"{reprlib.repr(value)} cannot be sent as JSON: {error}") from error
    expect_utf8("a reply", text)
    return text


def expect_text(where: str, value: object, hint: str = "") -> None:
    """TypeError for what is no string, ValueError for one that no client could be sent."""
    if not isinstance(value, str):
        raise TypeError(f"{where} takes a string, got {type(value).__name__}: {reprlib.repr(value)}{hint}")
    expect_utf8(where, value)


def expect_text_or_none(where: str, value: object) -> None:
    """The same for an argument that may be left out."""
    if value is not None:
        expect_text(where, value)


def expect_utf8(where: str, value: str) -> None:
    """ValueError for a text that cannot be sent."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{where} takes text that can be sent as UTF-8, got a lone surrogate: {value!r}") from None


def expect_flag(where: str, value: object) -> None:
    """TypeError for what is neither True nor False."""
    if not isinstance(value, bool):
        raise TypeError(f"{where} takes True or False, got {reprlib.repr(value)}")


def expect_status(where: str, value: object, lowest: int) -> None:
    """ValueError for what is no HTTP status from the lowest to 599."""
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= 599:
        raise ValueError(f"{where} takes an HTTP status from {lowest} to 599, got {value!r}")


def expect_seconds(where: str, value: object, *, positive: bool = False) -> None:
    """ValueError for what is no number of seconds, or more than can be waited for."""
    number = value if isinstance(value, (int, float)) and not isinstance(value, bool) else math.nan
    if not (number > 0 if positive else number >= 0) or number == math.inf:
        expected = "a positive number of seconds" if positive else "a number of seconds, zero or more"
        raise ValueError(f"{where} takes {expected}, got {value!r}")
    if number > threading.TIMEOUT_MAX:
        raise ValueError(f"{where} takes {threading.TIMEOUT_MAX:.0f} seconds at most, got {reprlib.repr(value)}")


def header_fields(where: str, headers: object, *, framed: bool = True) -> dict[str, str]:
    """The headers, their names in lower case; TypeError or ValueError for what cannot be one.

    Those that frame the body are the server's, where it is `framed` by it.
    """
    if headers is None:
        return {}
    if not isinstance(headers, Mapping):
        raise TypeError(f"{where} takes a mapping of names to values, got {reprlib.repr(headers)}")
    fields = {_header_name(where, name): _header_value(where, value) for name, value in headers.items()}
    if framed and (names := sorted(FRAMING & set(fields))):
        raise ValueError(f"{where} cannot say {names[0]}, which the server does by itself; RawResponse(headers=) can")
    return fields


def _header_name(where: str, name: object) -> str:
    if not isinstance(name, str):
        raise TypeError(f"{where} takes names that are strings, got {reprlib.repr(name)}")
    if not _NAME.fullmatch(name):
        raise ValueError(f"{where} takes names of headers, got {name!r}")
    return name.lower()


def _header_value(where: str, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise TypeError(f"{where} takes values that are strings or numbers, got {reprlib.repr(value)}")
    text = str(value)
    if _CONTROL.search(text) or not _is_latin(text):
        raise ValueError(f"{where} takes values of Latin-1 characters on one line, as HTTP does, got {text!r}")
    return text


def _is_latin(text: str) -> bool:
    return all(ord(character) < 256 for character in text)
