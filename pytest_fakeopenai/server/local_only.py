"""Keeping strangers from a server that listens on this machine alone.

A web page from anywhere can send requests to a loopback address, under a name of its own that leads there. Its requests
tell: their `Host`, or their `Origin`, is not this machine.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from .refusals import refuse


def is_loopback(host: str) -> bool:
    """Whether a name or an address stands for this machine: `localhost`, `127.0.0.1`, `::1`."""
    name = host.rstrip(".").lower()
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


class LocalOnly:
    """An ASGI application that refuses requests to other hosts than this machine, and from pages of other origins.

    `hosts` are further names that the machine has, `origins` further origins, `https://example.com` or `null`.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] = (), origins: Collection[str] = ()) -> None:
        self._app = app
        self._hosts = {host.lower() for host in hosts}
        self._origins = {origin.lower().rstrip("/") for origin in origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request of this machine, refuse any other with 403."""
        headers = {name: value.decode("latin-1") for name, value in scope.get("headers", ())}
        host, origin = headers.get(b"host"), headers.get(b"origin")
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif host is not None and not self._serves(f"//{host}"):
            message = f"fakeopenai serves this machine only, not the host {host!r}: --allow-host names further ones."
            await refuse(send, 403, message, "host_not_allowed")
        elif origin is not None and not self._trusts(origin):
            message = f"fakeopenai serves no page of the origin {origin!r}: --allow-origin names those that it does."
            await refuse(send, 403, message, "origin_not_allowed")
        else:
            await self._app(scope, receive, send)

    def _trusts(self, origin: str) -> bool:
        return origin.lower() in self._origins or self._serves(origin)

    def _serves(self, url: str) -> bool:
        """Whether a URL is one of this machine."""
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:
            return False
        return host in self._hosts or is_loopback(host)
