"""Who tried to reach a host, in words: read from the stack of the thread that did."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any, NamedTuple

_STANDARD_LIBRARY = os.path.dirname(os.__file__)
_LIBRARIES = ("site-packages", "dist-packages", _STANDARD_LIBRARY)
_PACKAGE = __name__.partition(".")[0]


class Culprit(NamedTuple):
    """The client on the stack, and where it was called: `caller` in the application, `origin` wherever that began."""

    client: str
    caller: str
    origin: str

    def __str__(self) -> str:
        return f"{self.client}{f' (called from {self.caller})' if self.caller else ''}"


def culprit() -> Culprit:
    """Who is on the stack of this thread; `caller` and `origin` are empty where there is no such code."""
    frames = list(_stack())
    client = next(filter(None, map(_client_in, frames)), "a client")
    caller = next((_place(frame) for frame in frames if is_own(frame)), "")
    origin = next((_place(frame) for frame in reversed(frames) if not _is_standard(frame)), "")
    return Culprit(client, caller, origin)


def _stack() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        yield frame
        frame = frame.f_back


def _place(frame: FrameType) -> str:
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def _client_in(frame: FrameType) -> str:
    owner: Any = frame.f_locals.get("self")
    if type(owner).__module__.partition(".")[0] != "openai" or not hasattr(owner, "api_key"):
        return ""
    return f"{type(owner).__name__}(base_url={str(owner.base_url)!r})"


def _is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] == _PACKAGE


def is_own(frame: FrameType) -> bool:
    """Whether a frame is code of the application: neither a library's nor ours."""
    name = frame.f_code.co_filename
    return not _is_ours(frame) and not name.startswith("<") and not any(part in name for part in _LIBRARIES)


def _is_standard(frame: FrameType) -> bool:
    """Whether a frame is code of the standard library, or ours."""
    name = frame.f_code.co_filename
    third_party = any(part in name for part in _LIBRARIES[:2])
    return _is_ours(frame) or name.startswith("<") or (_STANDARD_LIBRARY in name and not third_party)
