"""An HTTP response as a test writes it, byte for byte: nothing is added to it, nothing is held against it."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass

from .arguments import expect_status, expect_utf8, header_fields, json_text
from .faults import Disconnect, Timeout
from .timing import Delay, Gate

Piece = bytes | Delay | Gate | Disconnect | Timeout

_WAITS = (Delay, Gate, Disconnect, Timeout)
_BODILESS = (204, 304)
# How a response ends behind its body, by the name of it.
_ENDS: dict[str, tuple[Piece, ...]] = {"clean": (), "cut": (Disconnect(),), "hang": (Timeout(),)}


@dataclass(frozen=True, init=False, repr=False)
class RawResponse:
    """An HTTP response sent as it is written: a proxy's page, another vendor's error, a recorded stream.

    Any endpoint sends it, for a blocking request and a streamed one alike.

    - `status`: from 200 to 599. `headers`: all that there are; none are added, not even a content type.
    - `body`: bytes, a text, or what is sent as its JSON; or a list of these, sent one after the other, with `Delay`,
      gates, `Disconnect()` and `Timeout()` between them. It is the same whether a stream was asked for or not: no
      event and no `[DONE]` is added either.
    - `end`: `"clean"`, `"cut"`, which cuts the connection behind the body, or `"hang"`, which leaves it waiting there.

    A JSON array as the body is a list in a list, `[[1, 2]]`. Where the headers say no `content-length`, the server
    frames the body by itself, as HTTP demands. ValueError for a length that the body has not.

        fake_openai.script(RawResponse(502, "<html>Bad Gateway</html>", {"content-type": "text/html"}), "Hello!")
    """

    status: int
    pieces: tuple[Piece, ...]
    headers: Mapping[str, str]

    def __init__(
        self, status: int, body: object = b"", headers: Mapping[str, str | float] | None = None, end: str = "clean"
    ) -> None:
        expect_status("RawResponse", status, 200)
        if not isinstance(end, str) or end not in _ENDS:
            raise ValueError(f"RawResponse(end=) is one of {', '.join(map(repr, _ENDS))}; got {reprlib.repr(end)}")
        bodies = body if isinstance(body, list) else [body]
        object.__setattr__(self, "status", status)
        object.__setattr__(self, "pieces", (*map(_piece, bodies), *_ENDS[end]))
        object.__setattr__(self, "headers", header_fields("RawResponse(headers=)", headers, framed=False))
        self._check_framing()

    @property
    def body(self) -> bytes:
        """All bytes of the body."""
        return b"".join(piece for piece in self.pieces if isinstance(piece, bytes))

    def _check_framing(self) -> None:
        size, length = len(self.body), self.headers.get("content-length")
        if size and self.status in _BODILESS:
            raise ValueError(f"a response with status {self.status} has no body, got {reprlib.repr(self.body)}")
        if self.headers.get("transfer-encoding", "chunked").lower() != "chunked":
            raise ValueError("RawResponse sends no transfer-encoding but chunked; leave the header out")
        if length is not None:
            self._check_length(length, size)

    def _check_length(self, length: str, size: int) -> None:
        if "transfer-encoding" in self.headers:
            raise ValueError("RawResponse takes content-length or transfer-encoding, not both")
        ends_early = any(isinstance(piece, (Disconnect, Timeout)) for piece in self.pieces)
        fits = length.isascii() and length.isdecimal() and (size <= int(length) if ends_early else size == int(length))
        if not fits:
            raise ValueError(
                f"the content-length is {length!r}, but the body has {size} bytes; "
                "a longer one goes with end='cut' or end='hang'"
            )

    def __repr__(self) -> str:
        headers = f", {dict(self.headers)!r}" if self.headers else ""
        shown = [each.decode(errors="replace") if isinstance(each, bytes) else each for each in self.pieces]
        return f"RawResponse({self.status}, {reprlib.repr(shown[0] if len(shown) == 1 else shown)}{headers})"


def _piece(value: object) -> Piece:
    if isinstance(value, _WAITS):
        return value
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    if isinstance(value, str):
        expect_utf8("RawResponse", value)
        return value.encode()
    if _is_ours(value) or callable(value):
        raise TypeError(
            "the body of a RawResponse is bytes, text or JSON, or a list of these with Delay, gates, Disconnect and "
            f"Timeout; got {reprlib.repr(value)}"
        )
    return json_text(value).encode()


def _is_ours(value: object) -> bool:
    """Whether a value is a part, or a reply, of this package, which stands for more than its JSON."""
    return type(value).__module__.partition(".")[0] == __name__.partition(".")[0]
