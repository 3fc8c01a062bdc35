"""The bytes that the fake says, taken down once, so that constant servers say the same."""

from __future__ import annotations

from typing import Any

from pytest_fakeopenai import Chunks, FakeOpenAI

from .constant import MODEL, QUESTION, TEXT
from .http_requests import connect, post

Json = dict[str, Any]
CHAT: Json = {"model": MODEL, "messages": QUESTION}
RESPONSE: Json = {"model": MODEL, "input": QUESTION[0]["content"]}
PATHS = {"chat": ("/chat/completions", CHAT), "responses": ("/responses", RESPONSE)}


def pieces(count: int) -> Chunks:
    """A reply that is streamed in so many pieces."""
    return Chunks(*[f" word{number % 10}" for number in range(count)])


def answer(surface: str, *, streamed: int = 0) -> bytes:
    """The HTTP answer of a surface, blocking or streamed in so many pieces."""
    path, fields = PATHS[surface]
    body = {**fields, "stream": True} if streamed else fields
    with FakeOpenAI() as fake:
        fake.script(pieces(streamed) if streamed else TEXT)
        return _raw(f"{fake.base_url}{path}", body)


def _raw(url: str, body: Json) -> bytes:
    """The answer to a request as HTTP; its body, whose length it tells, is in one piece whatever the fake does."""
    connection = connect(url)
    answer = post(connection, url, body)
    content = answer.read()
    connection.close()
    assert answer.status == 200, content
    headers = {name.lower(): value for name, value in answer.getheaders()} | {"content-length": str(len(content))}
    headers.pop("transfer-encoding", None)
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return b"HTTP/1.1 200 OK\r\n" + head.encode("latin-1") + b"\r\n" + content


def sparse(answer: bytes) -> bytes:
    """The same answer with no more headers than HTTP needs."""
    head, _, content = answer.partition(b"\r\n\r\n")
    needed = (b"http/1.1", b"content-type", b"content-length")
    kept = [line for line in head.split(b"\r\n") if line.lower().startswith(needed)]
    return b"\r\n".join(kept) + b"\r\n\r\n" + content
