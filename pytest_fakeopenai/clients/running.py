"""Having the process's server run, and clients find it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..settings import Transport
from .preload import load_before_a_fake_file_system

if TYPE_CHECKING:
    from ..server.host import Host


@contextlib.contextmanager
def running_server(transport: Transport) -> Iterator[Host]:
    """A context in which the process's server of this transport runs, and clients find it.

    It runs while anybody is within one. With the last of any transport the connections of our own clients are closed.
    """
    load_before_a_fake_file_system()
    from ..server.host import HOSTS  # with the API's endpoints, which an import of this package does not load

    host = HOSTS[transport]
    server = host.lease()
    try:
        with _reachable(transport, server):
            yield host
    finally:
        host.release()
        in_use = any(each.running for each in HOSTS.values())
        if not in_use and (pool := sys.modules.get(f"{__package__}.pool")):
            pool.close_pool()


def _reachable(transport: Transport, server: Any) -> contextlib.AbstractContextManager[None]:
    """A context in which clients find the server: one on a socket is found by anybody, and watched."""
    if transport == "socket":
        from .connections import CONNECTIONS

        return CONNECTIONS.watching(server.port)
    from .intercept import INTERCEPTION

    return INTERCEPTION.leading_to(server)
