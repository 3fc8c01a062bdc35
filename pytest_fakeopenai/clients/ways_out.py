"""The ways out of this process to a host by its name, each with a check before it; once laid, the checks stay.

A look-up of a name is the usual one. A proxy and a connection that is open already need none, so that the libraries
which know both are checked as well, and the handshake of TLS, which names the host whatever lies between. Beneath it
all is an audit hook, which nobody can take away.
"""

from __future__ import annotations

import asyncio
import functools
import http.client
import importlib
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from typing import Any

from ..unpatched import Socket

Check = Callable[[object], None]
# How a call names its host: the arguments of the call, without a method's `self`, and its keywords.
FindHost = Callable[[tuple[Any, ...], dict[str, Any]], object]

_LOOKUPS = ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr")
_BLOCKERS = ("pytest_socket",)  # it undoes its patches only where it finds them on top, and lets nothing out itself
_AUDITED = frozenset(("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"))
_CONNECTS = ("connect", "connect_ex", "sendto")  # they look names up before any hook is called
_CONNECTIONS = {  # of httpcore; each module stands there twice
    "connection": ("HTTPConnection",),
    "http_proxy": ("ForwardHTTPConnection", "TunnelHTTPConnection"),
    "socks_proxy": ("Socks5Connection",),
}


class WaysOut:
    """Lays the checks. `check` gets the host, and raises where it must not be reached."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._is_audited = False

    def close(self) -> None:
        """Check every way that there is by now, and that is not checked already."""
        for name in _LOOKUPS:
            if getattr(socket, name).__module__ not in _BLOCKERS:
                self._before(socket, name, _first)
        for name in _CONNECTS:
            self._before(Socket.__mro__[1], name, _of_address)
        for loop in _loops():
            self._before(loop, "getaddrinfo", _first)
        for owner, name, find_host in _libraries():
            self._before(owner, name, find_host)
        for connection, name, fault in _connections():
            self._before_request(connection, name, fault)
        if not self._is_audited:
            self._is_audited = True
            sys.addaudithook(_audit(self._check))

    def _before(self, owner: Any, name: str, find_host: FindHost) -> None:
        """Put the check before a function of a module, or before a method of a class."""
        original = getattr(owner, name, None)
        if original is None or getattr(original, "is_checked", False):
            return
        setattr(owner, name, _checked(original, self._check, find_host, skip=int(isinstance(owner, type))))

    def _before_request(self, connection: Any, name: str, fault: type[Exception]) -> None:
        original = vars(connection)[name]
        if not getattr(original, "is_checked", False):
            setattr(connection, name, _marked(_checked_request(original, self._check, fault)))


def _marked(function: Any) -> Any:
    function.is_checked = True
    return function


def _checked(original: Any, check: Check, find_host: FindHost, skip: int) -> Any:
    """The function with the check before it: a coroutine is checked where it is called, which the stack still shows."""

    @functools.wraps(original)
    def checked(*args: Any, **options: Any) -> Any:
        check(find_host(args[skip:], options))
        return original(*args, **options)

    return _marked(checked)


def _checked_request(original: Any, check: Check, fault: type[Exception]) -> Any:
    """The method of a connection with the check before it: its library has a fault of its own for an OSError."""

    @functools.wraps(original)
    def handle(connection: Any, request: Any) -> Any:
        try:
            check(request.url.host)
        except BaseException as error:
            _give_up(connection)
            if isinstance(error, OSError):
                raise fault(str(error)) from error
            raise
        return original(connection, request)

    return handle


def _give_up(connection: Any) -> None:
    """Have the pool forget a connection that was not begun, as it does where one fails."""
    for each in (connection, getattr(connection, "_connection", connection)):
        if hasattr(each, "_connect_failed"):
            each._connect_failed = True


def _first(args: tuple[Any, ...], options: dict[str, Any]) -> object:
    return args[0] if args else options.get("host")


def _second(args: tuple[Any, ...], options: dict[str, Any]) -> object:
    return args[1] if len(args) > 1 else options.get("host")


def _of_address(args: tuple[Any, ...], options: dict[str, Any]) -> object:
    address = args[-1] if args else None
    return address[0] if isinstance(address, tuple) and address else None


def _of_request(args: tuple[Any, ...], options: dict[str, Any]) -> object:
    url = getattr(args[0] if args else options.get("request"), "url", None)
    return getattr(url, "host", None)


def _of_handshake(place: int) -> FindHost:
    def find_host(args: tuple[Any, ...], options: dict[str, Any]) -> object:
        return args[place] if len(args) > place else options.get("server_hostname")

    return find_host


def _loops() -> Iterator[Any]:
    """The classes of event loops that look names up by themselves."""
    yield asyncio.BaseEventLoop
    if (uvloop := sys.modules.get("uvloop")) is not None:
        yield uvloop.Loop


def _libraries() -> Iterator[tuple[Any, str, FindHost]]:
    """What of the libraries may reach a host without looking its name up."""
    yield http.client.HTTPConnection, "set_tunnel", _first
    yield ssl.SSLContext, "wrap_socket", _of_handshake(4)
    yield ssl.SSLContext, "wrap_bio", _of_handshake(3)
    if (connector := sys.modules.get("aiohttp.connector")) is not None:
        yield connector.BaseConnector, "connect", _of_request
    if (uvloop := sys.modules.get("uvloop")) is not None:
        yield uvloop.Loop, "create_connection", _second


def _connections() -> Iterator[tuple[Any, str, type[Exception]]]:
    """The classes of connections below the libraries that are loaded, each with its method and its fault."""
    for library, package in (("httpx", "httpcore"), ("httpx2", "httpcore2")):
        if library in sys.modules:
            fault = importlib.import_module(package).ConnectError
            for part, method, prefix in (("_sync", "handle_request", ""), ("_async", "handle_async_request", "Async")):
                yield from ((each, method, fault) for each in _httpcore(f"{package}.{part}", prefix))


@functools.cache  # a module that cannot be imported is looked for and read each time
def _httpcore(part: str, prefix: str) -> list[Any]:
    classes = []
    for module, names in _CONNECTIONS.items():
        try:
            loaded = importlib.import_module(f"{part}.{module}")
        except ImportError:  # another release of it, or a proxy that needs a package which is not installed
            continue
        classes += [vars(loaded)[f"{prefix}{name}"] for name in names if f"{prefix}{name}" in vars(loaded)]
    return classes


def _audit(check: Check) -> Callable[[str, tuple[Any, ...]], None]:
    """The hook: it stays as long as the process, and is called for whatever the interpreter does."""
    audited = _AUDITED  # the module's names are gone when the interpreter ends

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event in audited:
            check(args[0])

    return hook
