"""Tracebacks as the author of a test reads them: the application's frames, where OpenAI's client or a fake raised."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from types import FrameType, TracebackType

from .culprit import is_own

_PACKAGE = __name__.partition(".")[0]
_CONCERNED = ("openai", _PACKAGE)
# What runs on the client's side, whose frames tell nothing of why an answer failed.
_CLIENT_SIDE = tuple(f"{_PACKAGE}.{folder}." for folder in ("clients", "server"))
_INSTALLED = re.compile(r"[\\/](?:site|dist)-packages[\\/](\w+)")


def cut_to_application(error: BaseException, root: str) -> None:
    """Take the frames of libraries, and ours, out of the tracebacks of an error and of those that it came from.

    Nothing is taken out where neither OpenAI's client nor this package raised any of them. `root` is the project's
    folder: a package that has its source there is the application, also where it is installed.
    """
    errors = list(_chain(error, set()))
    if any(type(each).__module__.partition(".")[0] in _CONCERNED for each in errors):
        for each in errors:
            _cut(each, root, is_cause=each is not error)


def _chain(error: BaseException | None, visited: set[int]) -> Iterator[BaseException]:
    """An error, its causes, what it was raised during, and the errors that it groups."""
    if error is None or id(error) in visited:
        return
    visited.add(id(error))
    yield error
    for other in (error.__cause__, error.__context__, *getattr(error, "exceptions", ())):
        if isinstance(other, BaseException):
            yield from _chain(other, visited)


def _cut(error: BaseException, root: str, is_cause: bool) -> None:
    entries = list(_entries(error.__traceback__))
    own = [entry for entry in entries if _is_application(entry.tb_frame, root)]
    if own:
        _link([*entries[: entries.index(own[0])], *own])
    elif is_cause and not any(map(_tells_why, entries)):
        error.__traceback__ = None


def _entries(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _link(entries: list[TracebackType]) -> None:
    """Make a traceback of these entries alone; the first stays its beginning."""
    for entry, following in zip(entries, [*entries[1:], None], strict=True):
        entry.tb_next = following


def _is_application(frame: FrameType, root: str) -> bool:
    if is_own(frame):
        return True
    installed = _INSTALLED.search(frame.f_code.co_filename)
    if installed is None or installed[1] in _CONCERNED:
        return False
    return any(os.path.isdir(os.path.join(root, folder, installed[1])) for folder in ("", "src"))


def _tells_why(entry: TracebackType) -> bool:
    """Whether it is a line of ours that makes an answer, as a fault of this package shows."""
    module = str(entry.tb_frame.f_globals.get("__name__", ""))
    return module.startswith(f"{_PACKAGE}.") and not module.startswith(_CLIENT_SIDE)
