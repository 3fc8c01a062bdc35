"""What this package needs of the interpreter, out of reach of whatever a suite puts in its place.

Suites freeze the clock, forbid sockets and fake the file system, and do so by replacing what modules and classes hold,
before this module is imported or after. What stands here is taken from where nobody replaces it, and held where nobody
looks for it: in classes and closures, never as a plain function of a module.
"""

from __future__ import annotations

import _socket
import asyncio
import importlib.util
import sys
import threading
import types
from collections.abc import Generator
from importlib.machinery import BuiltinImporter, SourceFileLoader
from typing import Any

Thread: type[threading.Thread] = threading.Timer.__mro__[1]


def _builtin(name: str) -> types.ModuleType:
    """A copy of a built-in module, which nobody has replaced a function of."""
    spec = BuiltinImporter.find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Clock:
    """The kernel's clock."""

    monotonic = staticmethod(_builtin("time").monotonic)


class Files:
    """The kernel's file system."""

    _system = _builtin("posix" if "posix" in sys.builtin_module_names else "nt")

    @classmethod
    def names(cls, folder: str) -> list[str]:
        """The names of what is in a folder, sorted; NotADirectoryError or FileNotFoundError where it is none."""
        names: list[str] = cls._system.listdir(folder)
        return sorted(names)

    @staticmethod
    def text(path: str) -> str:
        """The text of a file in UTF-8, with ends of lines as Python has them."""
        return importlib.util.decode_source(SourceFileLoader("", path).get_data(path))


def _sockets() -> Any:
    """Python's own class of sockets, whatever `socket.socket` is at present."""
    return next(each for each in _socket.socket.__subclasses__() if each.__module__ == "socket")


class Socket(_sockets()):  # type: ignore[misc]  # found at run time
    """A socket that makes sockets of its own kind."""

    def accept(self) -> tuple[Socket, Any]:
        """The next connection, and the address of its peer."""
        descriptor, address = self._accept()
        return Socket(self.family, self.type, self.proto, fileno=descriptor), address

    @classmethod
    def pair(cls) -> tuple[Socket, Socket]:
        """Two sockets connected with each other; NotImplementedError where the system has no such thing."""
        if not hasattr(_socket, "socketpair"):
            raise NotImplementedError
        first, second = _socket.socketpair()
        return cls(fileno=first.detach()), cls(fileno=second.detach())


@types.coroutine
def turn() -> Generator[None, None, None]:
    """Let the running loop do once what else there is to do."""
    yield


async def sleep(seconds: float) -> None:
    """Wait on the running loop, for one turn of it where there is nothing to wait for."""
    if seconds <= 0:
        await turn()
        return
    loop = asyncio.get_running_loop()
    waiter: asyncio.Future[None] = loop.create_future()
    timer = loop.call_later(seconds, _wake, waiter)
    try:
        await waiter
    finally:
        timer.cancel()


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
