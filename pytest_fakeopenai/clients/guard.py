"""The guard: a look-up of OpenAI's own hosts, or of a fake in memory, fails while a fake is active and says why."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from ..settings import MEMORY_HOST, Settings

_DOMAINS = ("openai.com", "openai.azure.com", "services.ai.azure.com", "cognitiveservices.azure.com")
_LOOKUPS = ("getaddrinfo", "gethostbyname", "gethostbyname_ex")
_STANDARD_LIBRARY = os.path.dirname(os.__file__)
_PACKAGE = __name__.partition(".")[0]


class EscapedClientError(BaseException):
    """A client tried to reach the real OpenAI while a fake is active, or a fake in memory by a socket.

    Not an `Exception`: the official client would take it for a network fault and try again, with pauses, and an
    application would swallow it.
    """


class Guard:
    """Stands in for Python's name look-up from the first `acquire` to the last `release`.

    Each holder's `report` is called with the text on a client that is stopped. One with `memory_only` lets OpenAI's own
    hosts be looked up: only that of a fake in memory is stopped.
    """

    def __init__(self) -> None:
        self._reports: list[Callable[[str], None]] = []
        self._memory_only: list[Callable[[str], None]] = []
        self._lock = threading.Lock()
        self._lookups: dict[str, Any] = {}
        self._loop_lookup: Any = None

    def acquire(self, report: Callable[[str], None], *, memory_only: bool = False) -> None:
        """Guard until `release` is called with the same function."""
        with self._lock:
            if not self._reports:
                self._install()
            self._reports.append(report)
            if memory_only:
                self._memory_only.append(report)

    def release(self, report: Callable[[str], None]) -> None:
        """Guard no longer for this holder."""
        with self._lock:
            self._reports.remove(report)
            if report in self._memory_only:
                self._memory_only.remove(report)
            if not self._reports:
                self._remove()

    def _install(self) -> None:
        self._lookups = {name: getattr(socket, name) for name in _LOOKUPS}
        for name, lookup in self._lookups.items():
            setattr(socket, name, self._guarded(lookup))
        self._loop_lookup = asyncio.BaseEventLoop.getaddrinfo
        loop_class: Any = asyncio.BaseEventLoop
        loop_class.getaddrinfo = _for_loops(self)

    def _remove(self) -> None:
        for name, lookup in self._lookups.items():
            setattr(socket, name, lookup)
        loop_class: Any = asyncio.BaseEventLoop
        loop_class.getaddrinfo = self._loop_lookup

    def _guarded(self, lookup: Any) -> Any:
        def guarded(host: Any, *args: Any, **options: Any) -> Any:
            self.check(host)
            return lookup(host, *args, **options)

        return guarded

    def check(self, host: object) -> None:
        """Raise, and report, when the host is one of OpenAI's, or that of a fake in memory."""
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if not isinstance(name, str) or not (reports := self._reports_for(name)):
            return
        text = _memory_message() if _is_memory(name) else _message(name)
        reports[-1](text)
        raise EscapedClientError(text)

    def _reports_for(self, name: str) -> list[Callable[[str], None]]:
        """The reports of the holders that want the look-up of this name stopped, oldest first."""
        with self._lock:
            if _is_memory(name):
                return self._reports.copy()
            return [report for report in self._reports if report not in self._memory_only] if _is_openai(name) else []


def _for_loops(guard: Guard) -> Any:
    """asyncio looks names up in a worker thread, where the caller is no longer to be seen: check before."""
    original = guard._loop_lookup

    async def getaddrinfo(loop: Any, host: Any, port: Any, **options: Any) -> Any:
        guard.check(host)
        return await original(loop, host, port, **options)

    return getaddrinfo


def _is_openai(host: str) -> bool:
    name = host.rstrip(".").lower()
    return any(name == domain or name.endswith(f".{domain}") for domain in _DOMAINS)


def _is_memory(host: str) -> bool:
    return host.rstrip(".").lower() == MEMORY_HOST


def _memory_message() -> str:
    return (
        f"fake_openai stopped {_culprit()} on its way to {MEMORY_HOST}: a fake in memory can be reached only while it "
        "is active, in its own process, by clients built on the HTTP library of the installed openai. For any other, "
        'have it listen on a socket: @pytest.mark.fake_openai(transport="socket") or FakeOpenAI(transport="socket").'
    )


def _message(host: str) -> str:
    return (
        f"fake_openai stopped {_culprit()} on its way to {host}. Bring it in with fake_openai.adopt(client), build the "
        "client inside the test, where OPENAI_BASE_URL points at the fake, or pass base_url=fake_openai.base_url; "
        f"switch: {Settings.guard.switch(False)}."
    )


def _culprit() -> str:
    """In words, the OpenAI client that is on the stack, and the line of the application that called it."""
    client = next(filter(None, map(_client_in, _stack())), "a client")
    caller = next((frame for frame in _stack() if _is_own(frame)), None)
    where = f" (called from {caller.f_code.co_filename}:{caller.f_lineno})" if caller is not None else ""
    return f"{client}{where}"


def _stack() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        yield frame
        frame = frame.f_back


def _client_in(frame: FrameType) -> str:
    owner: Any = frame.f_locals.get("self")
    if type(owner).__module__.partition(".")[0] != "openai" or not hasattr(owner, "api_key"):
        return ""
    return f"{type(owner).__name__}(base_url={str(owner.base_url)!r})"


def _is_own(frame: FrameType) -> bool:
    """Whether a frame is code of the application: neither a library's nor ours."""
    name = frame.f_code.co_filename
    package = frame.f_globals.get("__name__", "").partition(".")[0]
    libraries = ("site-packages", "dist-packages", _STANDARD_LIBRARY)
    return package != _PACKAGE and not name.startswith("<") and not any(part in name for part in libraries)


GUARD = Guard()
