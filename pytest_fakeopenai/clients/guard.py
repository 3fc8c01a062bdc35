"""The guard: whoever would reach OpenAI's own hosts, or a fake in memory, while it must not, is stopped and named.

A client of a test fails that test. What belongs to no test that has a fake, such as an exporter in the background, gets
the error of a host that is not there, and a warning is shown: no other test shall fail for it.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field

from ..notices import NOTICES
from ..settings import MEMORY_HOST, Settings
from .culprit import Culprit, culprit
from .hosts import Owner, owner_of
from .ways_out import WaysOut

Report = Callable[[str], None]


class EscapedClientError(BaseException):
    """A client tried to reach the real OpenAI while a fake is active, or a fake in memory by a socket.

    Not an `Exception`: the official client would take it for a network fault and try again, with pauses, and an
    application would swallow it.
    """


@dataclass(eq=False)
class _Span:
    """The life of a fake, or of a test without one: `report` takes the text on a client that is stopped.

    What is its own is what the thread does that began it, what the threads do that were started since, and what runs in
    a context that was copied from its own, which a pool of older threads may do.
    """

    report: Report | None
    is_guarded: bool
    thread: threading.Thread = field(default_factory=threading.current_thread)
    older: frozenset[threading.Thread] = field(default_factory=lambda: frozenset(threading.enumerate()))

    def owns(self, thread: threading.Thread) -> bool:
        """Whether what this thread does at present belongs here."""
        return thread is self.thread or thread not in self.older or self in _CONTEXT.get()

    def is_foreground(self, who: Culprit) -> bool:
        """Whether it is the test itself that is at work, or code of the application: no library on its own account."""
        return threading.current_thread() is self.thread or self in _CONTEXT.get() or bool(who.caller)


_CONTEXT: ContextVar[tuple[_Span, ...]] = ContextVar("fake_openai_spans", default=())


class Guard:
    """Stands before every way out, from the first `acquire` to the end of the process.

    Each holder's `report` is called with the text on a client of its own that is stopped. One with `memory_only` lets
    OpenAI's own hosts be reached: only that of a fake in memory is stopped.
    """

    def __init__(self) -> None:
        self._spans: list[_Span] = []
        self._lock = threading.Lock()
        self._is_armed = False
        self._ways_out = WaysOut(self.check)

    def acquire(self, report: Report, *, memory_only: bool = False) -> None:
        """Stop what belongs to this holder until `release` is called with the same function."""
        with self._lock:
            self._is_armed = self._is_armed or not memory_only
            for span in self._spans:
                if span.report is None and not memory_only:
                    span.is_guarded = True  # this test has a fake after all
            self._ways_out.close()
            self._begin(_Span(report, not memory_only))

    def release(self, report: Report) -> None:
        """Let what belongs to this holder be as what belongs to no test."""
        with self._lock:
            self._end(next(span for span in self._spans if span.report == report))

    @contextlib.contextmanager
    def test(self) -> Iterator[None]:
        """The run of a test: what belongs to it may go anywhere, as long as it opens no fake that guards."""
        span = _Span(None, is_guarded=False)
        with self._lock:
            self._begin(span)
        try:
            yield
        finally:
            with self._lock:
                self._end(span)

    def _begin(self, span: _Span) -> None:
        self._spans.append(span)
        _CONTEXT.set((*_CONTEXT.get(), span))

    def _end(self, span: _Span) -> None:
        self._spans.remove(span)
        _CONTEXT.set(tuple(each for each in _CONTEXT.get() if each is not span))

    def check(self, host: object) -> None:
        """Raise, and tell whom it concerns, when the host is one of OpenAI's, or that of a fake in memory."""
        if (owner := owner_of(host)) is None:
            return
        spans = self._spans_of(threading.current_thread())
        holders = [span for span in spans if span.report is not None and (span.is_guarded or owner == "memory")]
        if not holders and owner == "openai" and self._lets_pass(spans):
            return
        who = culprit()
        if holders and holders[-1].is_foreground(who):
            self._stop(holders[-1], who, host, owner)
        _turn_away(who, host)

    def _spans_of(self, thread: threading.Thread) -> list[_Span]:
        with self._lock:
            return [span for span in self._spans if span.owns(thread)]

    def _lets_pass(self, spans: list[_Span]) -> bool:
        return not self._is_armed or any(not span.is_guarded for span in spans)

    def _stop(self, holder: _Span, who: Culprit, host: object, owner: Owner) -> None:
        text = _memory_message(who) if owner == "memory" else _message(who, host)
        assert holder.report is not None
        holder.report(text)
        raise EscapedClientError(text)


def _name(host: object) -> str:
    return bytes(host).decode("utf-8", "replace") if isinstance(host, (bytes, bytearray)) else str(host)


def _turn_away(who: Culprit, host: object) -> None:
    """Refuse a host to what belongs to no test; the warning names the thread, and where it was."""
    thread = threading.current_thread().name
    place = who.caller or who.origin
    text = (
        f"stopped thread {thread!r}{f', at {place},' if place else ''} on its way to {_name(host)}. It is older than "
        "the test that was running, or belongs to none that has a fake, so no test fails for it: it met an OSError. "
        "Does a background task, such as an exporter of traces, outlive its test? "
        f"Switch, for every test: {Settings.guard.switch(False)}."
    )
    NOTICES.add(text)
    raise socket.gaierror(socket.EAI_NONAME, f"fake_openai {text}")


def _memory_message(who: Culprit) -> str:
    return (
        f"fake_openai stopped {who} on its way to {MEMORY_HOST}: a fake in memory can be reached only while it "
        "is active, in its own process, by clients built on httpx or httpx2. For any other, "
        'have it listen on a socket: @pytest.mark.fake_openai(transport="socket") or FakeOpenAI(transport="socket").'
    )


def _message(who: Culprit, host: object) -> str:
    return (
        f"fake_openai stopped {who} on its way to {_name(host)}. Bring it in with fake_openai.adopt(client), build the "
        "client inside the test, where OPENAI_BASE_URL points at the fake, or pass base_url=fake_openai.base_url; "
        f"switch: {Settings.guard.switch(False)}."
    )


GUARD = Guard()
