"""Requests and replies on one line each, for the texts that a developer reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..replies.faults import ApiError
from ..replies.reply import Reply
from .masking import Masked
from .request import RecordedRequest

_WIDTH = 120
_LONGEST = 1000
_MOST = 10


def shorten(text: str, width: int = _WIDTH) -> str:
    """The text on one line, cut where it is longer than so many characters."""
    return cut(" ".join(text.split()), width)


def cut(line: str, width: int = _LONGEST) -> str:
    """The line, cut where it is longer than so many characters."""
    return line if len(line) <= width else f"{line[: width - 1]}…"


def show_text(text: str, width: int = _WIDTH) -> str:
    """A text as Python writes it, cut where it is longer than so many characters; a credential masked."""
    if isinstance(text, Masked):
        return repr(text)
    return repr(cut(text, width))


def show_some(shown: Sequence[str], most: int = _MOST) -> str:
    """The first of several things, separated by commas, and how many more there are."""
    more = [f"{len(shown) - most} more"] if len(shown) > most else []
    return ", ".join([*shown[:most], *more])


def show_entry(entry: object) -> str:
    """A reply on one line; a single part without its wrapping, a callable by its name."""
    if isinstance(entry, Reply) and repr(entry) == f"Reply({', '.join(map(repr, entry.parts))})":
        return shorten(", ".join(map(repr, entry.parts)) or "Reply()")
    if callable(entry) and not isinstance(entry, ApiError):
        return f"callable {getattr(entry, '__name__', repr(entry))}"
    return shorten(repr(entry))


def show_request(request: RecordedRequest) -> str:
    """A request on one line: what a rule could tell it by."""
    return ", ".join(_facts(request))


def _facts(request: RecordedRequest) -> Iterator[str]:
    yield f"{request.method} {shorten(request.path)}"
    if request.model:
        yield f"model {show_text(request.model)}"
    if request.text:
        yield f"text {shorten(request.text, 80)!r}"
    if request.tool_outputs:
        yield f"tool results {show_some([repr(shorten(text, 60)) for text in request.tool_outputs])}"
    if request.tool_names:
        yield f"tools {shorten(', '.join(request.tool_names))}"
    if request.stream:
        yield "streamed"
    if request.attempt:
        yield f"retry {request.attempt}"
