"""The bytes of one answer on their way out: buffered up to the next wait, cut, or left hanging."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from functools import lru_cache
from typing import TypeVar

from ..replies.faults import ApiError
from ..state.request import RecordedRequest
from ..wire.protocol.call import Json
from ..wire.protocol.front_end import NEWER, FrontEnd
from ..wire.protocol.headers import encode_error, envelope_of, of_answer, of_error, timed
from .scope import TRANSPORT, Message, Receive, Send

T = TypeVar("T")

_BODILESS = (204, 304)
_FRAMING = {"content-length", "transfer-encoding"}


@lru_cache(maxsize=1024)  # most headers are the same each time
def _encoded(header: tuple[str, str]) -> tuple[bytes, bytes]:
    return header[0].encode("latin-1"), header[1].encode("latin-1")


class ClientGone(Exception):
    """The client hung up while an answer was waiting."""


class ConnectionCut(Exception):
    """Ends an answer abruptly on a server that offers no way to close the connection."""


class ResponseWriter:
    """Sends one answer and keeps its record: complete before the last byte leaves.

    `request_id` is in the header x-request-id; `request_body` is the request's body, once it has been read. The headers
    and errors are those of the endpoint's front end.
    """

    def __init__(
        self,
        record: RecordedRequest,
        scope: Message,
        receive: Receive,
        send: Send,
        request_id: str,
        front_end: FrontEnd = NEWER,
    ) -> None:
        self.record = record
        self._front_end = front_end
        self.request_id = request_id
        self.request_body: Json = {}
        self.started = False
        self._headers: dict[str, str] = {}
        self._additional_headers: dict[str, str] = {}
        self._status = 200
        self._paused = 0.0
        self._transport: asyncio.Transport | None = scope.get("extensions", {}).get(TRANSPORT)
        self._receive = receive
        self._send = send
        self._buffer: list[bytes] = []
        self._hang_up: asyncio.Task[None] | None = None

    @property
    def touched(self) -> bool:
        """Whether anything has been written, sent or not."""
        return self.started or bool(self._buffer)

    def head(self, media_type: str, headers: Mapping[str, str], status: int = 200) -> None:
        """Say how the answer begins; nothing is sent yet."""
        self._status = status
        self._headers = self._identified(of_answer(self._front_end, self.request_body))
        self._headers["content-type"] = media_type
        self._additional_headers.update(headers)

    def bare_head(self, status: int, headers: Mapping[str, str]) -> None:
        """Say how an answer begins that has these headers alone."""
        self._status = status
        self._headers = dict(headers)

    def _identified(self, headers: dict[str, str]) -> dict[str, str]:
        return {"x-request-id": self.request_id, **headers}

    def discard(self) -> None:
        """Forget what has been written of an answer that cannot be sent, and how it would have begun."""
        self._buffer.clear()
        self._additional_headers.clear()
        self.record.frames.clear()

    async def open(self) -> None:
        """Send how the answer begins, before there is anything of it."""
        await self._start()

    def write(self, data: bytes) -> None:
        """Add bytes to the answer; they leave with the next flush."""
        self._buffer.append(data)

    def write_events(self, frames: list[bytes]) -> None:
        """Add events to the answer, and to the record."""
        self.record.frames += frames
        self._buffer += frames

    async def flush(self) -> None:
        """Send what has been written so far."""
        data = self._take()
        if data:
            await self._start()
            await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def finish(self) -> None:
        """Send the rest; the answer is complete."""
        data = self._take()
        if not self.started and not (self._status in _BODILESS or _FRAMING & self._headers.keys()):
            self._additional_headers["content-length"] = str(len(data))
        self._settle()
        await self._start()
        await self._send({"type": "http.response.body", "body": data, "more_body": False})

    async def whole(self, data: bytes) -> None:
        """Send a complete body."""
        self.write(data)
        await self.finish()

    async def answer(self, body: bytes, *, is_json: bool = True) -> None:
        """Send a complete body, of JSON unless told otherwise, and put it on record."""
        self.record.response_body, self.record.is_json = body, is_json
        await self.whole(body)

    async def error(self, error: ApiError) -> None:
        """Send an error as the whole answer."""
        error = error.on(self.record.endpoint)
        body = envelope_of(error, self._front_end, self.record.model)
        self._buffer.clear()
        self._status = error.status
        self._headers = self._identified(of_error(error, self._front_end, self.request_body))
        self._additional_headers.update(error.headers)
        await self.answer(encode_error(error, self._front_end, body))

    async def wait(self, waiter: Awaitable[T], seconds: float = 0.0) -> T:
        """Send what has been written, then wait for the waiter's result; ClientGone when the client does not.

        Before the first byte the answer says that it took so many `seconds`.
        """
        if not self.touched:
            self._paused += seconds
        await self.flush()
        task = asyncio.ensure_future(waiter)
        gone = self._watch()
        try:
            await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not task.done():
                task.cancel()
        if gone.done():
            raise ClientGone
        return task.result()

    async def hang(self) -> None:
        """Send nothing more until the client hangs up."""
        await self.wait(asyncio.get_running_loop().create_future())

    async def cut(self, promised: int | None = None) -> None:
        """Send what has been written, of a body that promised to be longer, and close the connection."""
        if promised is not None:
            self._additional_headers["content-length"] = str(promised)
        self.record._note_end()
        await self.flush()
        if self._transport is None:
            raise ConnectionCut
        self._transport.close()
        await self._watch()

    def close(self) -> None:
        """Stop watching the client."""
        if self._hang_up is not None:
            self._hang_up.cancel()

    def _take(self) -> bytes:
        data, self._buffer = b"".join(self._buffer), []
        return data

    def _settle(self) -> None:
        self.record.status = self._status
        self.record._note_end()

    async def _start(self) -> None:
        if self.started:
            return
        sent = timed(self._headers, self._paused) | self._additional_headers
        headers = [*map(_encoded, sent.items())]
        self.started = True
        self.record.status = self._status
        await self._send({"type": "http.response.start", "status": self._status, "headers": headers})

    def _watch(self) -> asyncio.Task[None]:
        if self._hang_up is None:
            self._hang_up = asyncio.ensure_future(self._hung_up())
        return self._hang_up

    async def _hung_up(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
