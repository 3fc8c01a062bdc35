"""What a text or a name is matched by.

A text contains a string, a name is it as a whole; either is searched for a compiled pattern, or a callable decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from .summaries import shorten, show_text


def check_pattern(condition: str, pattern: object) -> None:
    """TypeError, which names the condition, for what no text can be matched by."""
    if isinstance(pattern, re.Pattern) and isinstance(pattern.pattern, bytes):
        raise TypeError(f"{condition}= takes a pattern of str, got one of bytes: {pattern!r}")
    if not (isinstance(pattern, (str, re.Pattern)) or callable(pattern)):
        raise TypeError(f"{condition}= takes a string, a compiled pattern or a callable, got {shorten(repr(pattern))}")


def acceptor(pattern: Any) -> Callable[[str], object]:
    """A function whose answer is true for the texts that the pattern matches; a string is contained in them."""
    if isinstance(pattern, str):
        return lambda value: pattern in value
    return _decide(pattern)


def name_acceptor(pattern: Any, is_variant: Callable[[str, str], bool] | None = None) -> Callable[[str], object]:
    """A function whose answer is true for the names that the pattern matches; a string is the whole name.

    `is_variant(name, pattern)` tells which other names a string stands for.
    """
    if not isinstance(pattern, str):
        return _decide(pattern)
    if is_variant is None:
        return lambda name: name == pattern
    return lambda name: name == pattern or is_variant(name, pattern)


def _decide(pattern: Any) -> Callable[[str], object]:
    accepts: Callable[[str], object] = pattern.search if isinstance(pattern, re.Pattern) else pattern
    return accepts


def mismatch(pattern: object, text: str) -> str:
    """In words, that the pattern does not match the text."""
    if isinstance(pattern, str):
        return f"{show_text(text)} does not contain {show_text(pattern)}"
    return _rejection(pattern, show_text(text))


def name_mismatch(pattern: object, name: str) -> str:
    """In words, that the pattern does not match the name."""
    if isinstance(pattern, str):
        return f"{show_text(name)} is not {show_text(pattern)}{whole_name_hint(pattern, [name])}"
    return _rejection(pattern, show_text(name))


def whole_name_hint(pattern: object, names: Iterable[str]) -> str:
    """How to match a part of a name, where a string is a part of one of them; nothing elsewhere."""
    is_part = isinstance(pattern, str) and any(pattern and pattern in name for name in names)
    return " (a string is the whole name, a compiled pattern is searched)" if is_part else ""


def _rejection(pattern: object, shown: str) -> str:
    if isinstance(pattern, re.Pattern):
        return f"{shown} does not match {show_text(pattern.pattern)}"
    return f"{name_of(pattern)} said no to {shown}"


def name_of(pattern: object) -> str:
    """The name of a callable, or what stands for one that has none."""
    return getattr(pattern, "__name__", None) or repr(pattern)


def show_pattern(pattern: object) -> str:
    """The pattern as a test would write it."""
    if isinstance(pattern, re.Pattern):
        return f"re.compile({show_text(pattern.pattern)})"
    if isinstance(pattern, str):
        return show_text(pattern)
    return name_of(pattern) if callable(pattern) else shorten(repr(pattern))
