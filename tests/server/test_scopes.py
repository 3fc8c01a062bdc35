"""ASGI scopes other than a request's: the lifespan of a server, WebSockets, and what there may be some day."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from pytest_fakeopenai import create_app

Messages = list[dict[str, Any]]


def answer(scope: Mapping[str, Any], *messages: dict[str, Any]) -> Messages:
    """What the application sends for a scope and these messages."""
    sent: Messages = []
    received = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(received)

    async def send(message: Any) -> None:
        sent.append(dict(message))

    async def serve() -> None:
        await create_app()(dict(scope), receive, send)

    asyncio.run(serve())
    return sent


WEBSOCKET = {"type": "websocket", "path": "/v1/realtime", "headers": [], "query_string": b"model=gpt-realtime"}
CONNECT = {"type": "websocket.connect"}


def test_closes_a_websocket_and_says_why() -> None:
    (closed,) = answer(WEBSOCKET, CONNECT)

    assert (closed["type"], closed["code"]) == ("websocket.close", 1008)
    assert "no WebSockets" in closed["reason"]
    assert len(closed["reason"].encode()) <= 123  # as much as a close frame holds


def test_refuses_a_handshake_with_a_response_where_the_server_can_send_one() -> None:
    start, body = answer({**WEBSOCKET, "extensions": {"websocket.http.response": {}}}, CONNECT)

    assert (start["type"], start["status"]) == ("websocket.http.response.start", 400)
    assert dict(start["headers"])[b"content-length"] == b"%d" % len(body["body"])
    assert json.loads(body["body"])["error"]["code"] == "websocket_not_supported"


def test_starts_and_stops_with_its_server() -> None:
    messages = ({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})

    assert answer({"type": "lifespan"}, *messages) == [
        {"type": "lifespan.startup.complete"},
        {"type": "lifespan.shutdown.complete"},
    ]


def test_says_which_scopes_it_does_not_serve() -> None:
    with pytest.raises(NotImplementedError, match="type 'webtransport'"):
        answer({"type": "webtransport"})
