"""Plain HTTP in the terms of `http.client`: over a socket, or, to a fake in memory, through the SDK's HTTP library."""

from __future__ import annotations

import http.client
from functools import cache
from typing import Any, cast
from urllib.parse import urlsplit

from pytest_fakeopenai.clients.intercept import LIBRARY
from pytest_fakeopenai.settings import MEMORY_HOST


def connection(url: str, timeout: float = 30) -> http.client.HTTPConnection:
    """A connection to the host of a URL."""
    parts = urlsplit(url)
    if parts.hostname == MEMORY_HOST:
        return cast(http.client.HTTPConnection, _InMemory(timeout))
    return http.client.HTTPConnection(parts.netloc, timeout=timeout)


def get(url: str) -> tuple[int, str, bytes]:
    """What is at an address, asked for without a key: the status, the media type and the body."""
    peer = connection(url)
    try:
        peer.request("GET", urlsplit(url).path)
        answer = peer.getresponse()
        return answer.status, answer.headers["content-type"], answer.read()
    finally:
        peer.close()


@cache
def _transport() -> Any:
    return LIBRARY.HTTPTransport(verify=False)


class _InMemory:
    """What these tests use of an `HTTPConnection`."""

    def __init__(self, timeout: float) -> None:
        self._extensions = {"timeout": {"read": timeout}}
        self._answer: _Answer | None = None

    def request(self, method: str, path: str, body: Any = None, headers: Any = None) -> None:
        url = f"http://{MEMORY_HOST}{path}"
        request = LIBRARY.Request(method, url, content=body, headers=headers, extensions=self._extensions)
        try:
            self._answer = _Answer(_transport().handle_request(request))
        except LIBRARY.RemoteProtocolError as error:
            raise http.client.RemoteDisconnected(str(error)) from error

    def getresponse(self) -> _Answer:
        assert self._answer is not None
        return self._answer

    def close(self) -> None:
        if self._answer is not None:
            self._answer.close()


class _Answer:
    """What these tests use of an `HTTPResponse`."""

    def __init__(self, response: Any) -> None:
        self._response = response
        self.status: int = response.status_code
        self.headers = response.headers
        self.close = response.close

    def getheaders(self) -> list[tuple[str, str]]:
        return list(self.headers.items())

    def read(self) -> bytes:
        pieces = []
        try:
            for piece in self._response.stream:
                pieces.append(piece)
        except LIBRARY.RemoteProtocolError as error:
            raise http.client.IncompleteRead(b"".join(pieces)) from error
        return b"".join(pieces)
