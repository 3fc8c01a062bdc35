"""One request and its answer with no client around it."""

from __future__ import annotations

import http.client
import json
import urllib.parse
from typing import Any


def connect(url: str) -> http.client.HTTPConnection:
    """A connection to the server of a URL."""
    parts = urllib.parse.urlsplit(url)
    return http.client.HTTPConnection(parts.hostname or "", parts.port)


def post(connection: http.client.HTTPConnection, url: str, body: dict[str, Any]) -> http.client.HTTPResponse:
    """The answer to a JSON body, of which no more than the head has been read."""
    connection.request("POST", urllib.parse.urlsplit(url).path, json.dumps(body), {"authorization": "Bearer key"})
    return connection.getresponse()


def post_once(url: str, body: dict[str, Any]) -> bytes:
    """The body of an answer, over a connection of its own."""
    connection = connect(url)
    try:
        answer = post(connection, url, body)
        content = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{url} answered {answer.status}: {content!r}")
    return content
