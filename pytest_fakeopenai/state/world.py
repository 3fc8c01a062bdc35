"""One test's state: what it scripts, what came, what is remembered, and what went wrong."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import NamedTuple

from ..replies.timing import Pace
from ..settings import Settings
from ..unpatched import Clock
from ..wire.protocol import errors
from ..wire.protocol.ids import Ids
from .conditions import ResolveEndpoint
from .journal import Journal
from .request import RecordedRequest
from .script import ConditionFailed, Script, ScriptEntry, Surfaces
from .store import Store


class Problem(NamedTuple):
    """Why the test fails, though the application may have swallowed the error: a text for the report, and its cause."""

    text: str
    cause: BaseException | None = None


class PendingRequests:
    """The requests that have come and whose replies are not chosen yet, counted: `with pending_requests: choose()`."""

    def __init__(self, lock: threading.RLock) -> None:
        self._count = 0
        self._none = threading.Condition(lock)

    def __enter__(self) -> None:
        with self._none:
            self._count += 1

    def __exit__(self, *error: object) -> None:
        with self._none:
            self._count -= 1
            if not self._count:
                self._none.notify_all()

    def settled(self, timeout: float) -> bool:
        """Wait until there are none, so many seconds at most; False where there still are some."""
        with self._none:
            return self._none.wait_for(lambda: not self._count, timeout)


class World:
    """The state behind one `FakeOpenAI`, shared by the server's thread and the test's under one lock.

    - `script`, `journal` and `store` hold what the test scripts, what came, and what the API stores; `problems` are
      what fails the test. `reset()` makes them anew, and with them the counters of `ids` and `request_ids`.
    - `surfaces` are the endpoints that the script answers, `resolve_endpoint` finds the endpoint that a name means;
      `name` is that of the test, for a late request's warning.
    - `ids` makes ids and times; those of requests are apart, so that a GET leaves alone what is created after it.
    - `limit` is the number of requests, and of objects of each kind, that are stored; without one all are.
    - `answering` are the tasks that answer requests, or work in the background, until the test ends.
    - `asks_for_key` and `follows_types` tell whether a request needs a key, and whether answers follow the SDK's types
      where the API's own do not.
    """

    asks_for_key = True
    follows_types = False

    def __init__(
        self,
        settings: Settings,
        surfaces: Surfaces = tuple,
        resolve_endpoint: ResolveEndpoint = str,
        *,
        name: str = "",
        ids: Ids | None = None,
        limit: int | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.settings = settings
        self.surfaces = surfaces
        self.resolve_endpoint = resolve_endpoint
        self.name = name
        self.lock = threading.RLock()  # a condition's callable may look at the requests
        self._ids = ids
        self._limit = limit
        self._pace = pace or Pace()
        self.answering: set[asyncio.Task[object]] = set()
        self.pending_requests = PendingRequests(self.lock)
        self._began = Clock.monotonic()
        self.script = Script(surfaces)
        self.reset()

    def reset(self) -> None:
        """Forget everything but the settings."""
        with self.lock:
            self.pace = self._pace
            self.ids = self._ids or Ids()
            self.request_ids = self.ids.branch("requests")
            self.script.end("reset() has forgotten it; write it anew with when(…)")
            self.script = Script(self.surfaces)
            self.journal = Journal(self._limit, self.resolve_endpoint, self._began)
            self.problems: list[Problem] = []
            self._warnings: list[str] = []
            self.store = Store(self.lock, self._limit)

    def settle(self, timeout: float = 2.0) -> bool:
        """Wait until every request that has come has its reply chosen, for its client may have given up before that.

        It takes so many seconds at most; False where some have none by then.
        """
        return self.pending_requests.settled(timeout)

    def answer(self, request: RecordedRequest) -> ScriptEntry | None:
        """The entry for a request to a generating endpoint; None stands for echo.

        Raises ApiError for a request that nothing is scripted for, where the settings refuse those, and for a condition
        that failed; either is a problem of the test as well.
        """
        with self.lock:
            entry = self._entry(self.script.answer, request)
            if entry is None and self.settings.unscripted == "refuse" and self.script.scripted:
                from .miss import miss  # loaded with the first

                text = miss(request, self.script)
                self.problems.append(Problem(text))
                raise errors.refusal("unscripted_request", text)
            return entry

    def override_for(self, request: RecordedRequest) -> ScriptEntry | None:
        """The entry of a rule that names this request's endpoint; None lets the endpoint answer by itself."""
        with self.lock:
            return self._entry(self.script.override_for, request)

    def _entry(
        self, choose: Callable[[RecordedRequest], ScriptEntry | None], request: RecordedRequest
    ) -> ScriptEntry | None:
        try:
            return choose(request)
        except ConditionFailed as failure:
            self.record_failure(str(failure), failure.__cause__)
            raise errors.refusal("condition_failed", str(failure)) from None

    def record_failure(self, text: str, cause: BaseException | None = None) -> None:
        """Add a problem, which fails the test."""
        with self.lock:
            self.problems.append(Problem(text, cause))

    def warn(self, text: str) -> None:
        """Add a warning, which the test shows but does not fail by."""
        with self.lock:
            self._warnings.append(text)

    def take_warnings(self) -> list[str]:
        """The warnings since the last call."""
        with self.lock:
            warnings, self._warnings = self._warnings, []
        return warnings
