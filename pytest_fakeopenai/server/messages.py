"""Requests and responses as values, for clients of the server's own process: no bytes of HTTP stand between."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

Headers = list[tuple[bytes, bytes]]


class Request(NamedTuple):
    """A client's request: `target` is the path and the query, as they are written."""

    method: str
    scheme: str
    target: bytes
    headers: Iterable[tuple[bytes, bytes]]
    body: bytes


class ResponseHead(NamedTuple):
    """The status and the headers of a response."""

    status: int
    headers: Headers


class ResponseChunk(NamedTuple):
    """A piece of a response.

    `head` is there in the first, or None. `ended` says that this was the last; `error` is how the connection broke, in
    the words of the client's library, or None.
    """

    head: ResponseHead | None
    body: bytes
    ended: bool = False
    error: str | None = None
