"""The insides of the HTTP libraries' transports, as far as they are known; one of another make is left as it is."""

from __future__ import annotations

import threading
from typing import Any

_RLock = type(threading.RLock())
_NOBODYS = threading.RLock()  # stands for the lock of a pool that is not known


def pool_lock(transport: Any) -> Any:
    """The lock of a synchronous transport's pool; None where it has none that is known."""
    return getattr(getattr(transport, "_pool", None), "_optional_thread_lock", None)


def is_reentrant(lock: Any) -> bool:
    """Whether a lock is one that its thread may take twice, and that tells whether it has."""
    return type(lock) is _RLock


def reentrant_lock(transport: Any) -> Any:
    """The lock of a synchronous transport's pool, replaced by a re-entrant one where it is the library's.

    The garbage collector may close a response at any allocation, within the lock too, which httpcore 1 does not expect.
    """
    lock = pool_lock(transport)
    if type(lock).__name__ != "ThreadLock":
        return lock if is_reentrant(lock) else _NOBODYS
    with lock:
        transport._pool._optional_thread_lock = threading.RLock()
    return transport._pool._optional_thread_lock


def connections(transport: Any) -> list[Any]:
    """The connections of a transport."""
    pool = getattr(transport, "_pool", None)
    return list(getattr(pool, "_connections", ()))


def drop(transport: Any, strays: list[Any]) -> None:
    """Take connections out of a transport's pool, without closing them."""
    if strays:
        transport._pool._connections = [each for each in transport._pool._connections if each not in strays]
