"""What a text is matched by: a string, which it contains; a compiled pattern, by search; or a callable's answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .summaries import shorten


def check_pattern(condition: str, pattern: object) -> None:
    """TypeError, which names the condition, for what no text can be matched by."""
    if isinstance(pattern, re.Pattern) and isinstance(pattern.pattern, bytes):
        raise TypeError(f"{condition}= takes a pattern of str, got one of bytes: {pattern!r}")
    if not (isinstance(pattern, (str, re.Pattern)) or callable(pattern)):
        raise TypeError(f"{condition}= takes a string, a compiled pattern or a callable, got {pattern!r}")


def acceptor(pattern: Any) -> Callable[[str], object]:
    """A function whose answer is true for the texts that the pattern matches."""
    if isinstance(pattern, str):
        return lambda value: pattern in value
    accepts: Callable[[str], object] = pattern.search if isinstance(pattern, re.Pattern) else pattern
    return accepts


def mismatch(pattern: object, text: str) -> str:
    """In words, that the pattern does not match the text."""
    shown = repr(shorten(text))
    if isinstance(pattern, str):
        return f"{shown} does not contain {pattern!r}"
    if isinstance(pattern, re.Pattern):
        return f"{shown} does not match {pattern.pattern!r}"
    return f"{name_of(pattern)} said no to {shown}"


def name_of(pattern: object) -> str:
    """The name of a callable, or what stands for one that has none."""
    return getattr(pattern, "__name__", None) or repr(pattern)


def show_pattern(pattern: object) -> str:
    """The pattern as a test would write it."""
    if isinstance(pattern, re.Pattern):
        return f"re.compile({pattern.pattern!r})"
    return name_of(pattern) if callable(pattern) else repr(pattern)
