"""The one server of this process: the first fake starts it, the last one stops it."""

from __future__ import annotations

import threading

from ..world import World
from .gate import Gatekeeper, Register, expel
from .routes import api
from .thread import ServerThread


class Host:
    """A counted lease on the process's server, and the worlds that it serves."""

    def __init__(self) -> None:
        self.register = Register()
        self._leases = 0
        self._thread: ServerThread | None = None
        self._lock = threading.Lock()

    def lease(self) -> None:
        """Have the server run, or raise what keeps it from running."""
        with self._lock:
            if self._thread is None:
                self._thread = ServerThread(Gatekeeper(api(), self.register))
            self._leases += 1

    def release(self) -> None:
        """Need the server no longer; the last to say so stops it."""
        with self._lock:
            self._leases -= 1
            if self._leases or self._thread is None:
                return
            thread, self._thread = self._thread, None
        thread.stop()

    @property
    def running(self) -> bool:
        """Whether anybody holds a lease."""
        return self._thread is not None

    @property
    def url(self) -> str:
        """The root of the server's URLs; RuntimeError when it does not run."""
        if self._thread is None:
            raise RuntimeError("the fake_openai server is not running")
        return self._thread.url

    def open(self, world: World) -> str:
        """Serve a world; the key that its URLs begin with."""
        return self.register.admit(world)

    def close(self, key: str, world: World) -> None:
        """Serve a world no longer: what it still answers is cut, what still comes is late."""
        self.register.dismiss(key)
        if world.answering and self._thread is not None:
            self._thread.call(expel, world)


HOST = Host()
