"""One recorded request: what came, as a value to assert on, and what became of it."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..replies.reply import Reply
from ..unpatched import Clock
from ..wire.protocol import sse
from ..wire.protocol.call import Call
from ..wire.protocol.plain_body import system_in, text_in, tool_names_in
from .masking import mask_fields, may_hold_credentials


@dataclass(eq=False, slots=True, repr=False)
class RecordedRequest:
    """One HTTP request, as it was received, and what became of it.

    It is on record before anything is matched, and complete before the last byte of its answer leaves.
    Bodies and events are kept as the bytes that they were, and read when they are asked for.

    - `number`: which request of the test it is, from 1.
    - `method`, `path`, `query`, `headers`, `body`: the HTTP request; header names in lower case, the body as bytes.
      Credentials other than the fake's own key are masked in the `repr` of headers, query, `json` and `tools`, and
      whole by their names.
    - `endpoint`: the operation, named as the client's method is, without `beta.`, and as its resource alone for
      `chat.completions`, `completions`, `responses` and `embeddings`; empty for a URL that the API does not know.
    - `form`: the fields of a multipart body, once it has been read: texts, lists and dicts of them, and each file as
      an `Upload` with its `filename`, `content_type` and `content`; None for any other body.
    - `reply`: what answered it. `status`: the HTTP status; None while, or when, nothing was sent.
    - `started`, `ended`: when it came, and when its answer ended, in seconds since the test began; `duration`: the
      seconds between. The latter two are None until then.
    - `disconnected`: whether the client hung up before the end.
    """

    number: int
    method: str
    path: str
    endpoint: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    reply: Reply | Any = None
    status: int | None = None
    response_body: bytes | None = field(default=None, repr=False)
    is_json: bool = field(default=True, repr=False)
    frames: list[bytes] = field(default_factory=list, repr=False)
    started: float = 0.0
    ended: float | None = None
    duration: float | None = None
    disconnected: bool = False
    form: dict[str, Any] | None = field(default=None, repr=False)
    _deployment: str | None = field(default=None, repr=False)
    _call: Call | None = field(default=None, repr=False)
    _test_began: float = field(default_factory=Clock.monotonic, repr=False)
    _turns: Iterator[int] = field(default_factory=itertools.count, repr=False)
    _first_turn: int = 0
    _last_turn: int | None = None

    def _note_call(self, call: Call) -> None:
        """Let the request tell what it asks for, once its body has been read: model, messages, tools."""
        self._call = call

    def _note_end(self) -> None:
        """Let the request tell when it ended and how long it took, now that its answer has ended."""
        self.ended = Clock.monotonic() - self._test_began
        self.duration = self.ended - self.started
        self._last_turn = next(self._turns)

    @property
    def response(self) -> dict[str, Any] | Any:
        """The body of a blocking answer, or what the events of a stream add up to; a copy each time."""
        return json.loads(self.response_body) if self.is_json and self.response_body is not None else self.response_body

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events of a stream, in order; copies each time."""
        return [sse.event_of(frame) for frame in self.frames]

    @property
    def json(self) -> dict[str, Any] | Any:
        """The body as parsed JSON, a copy each time, or None where it is not JSON."""
        try:
            body = json.loads(self.body)
            return mask_fields(body) if may_hold_credentials(self.body) else body
        except (ValueError, RecursionError):
            return None

    @property
    def _fields(self) -> dict[str, Any]:
        body = self.json if self.form is None else self.form
        return body if isinstance(body, dict) else {}

    @property
    def model(self) -> str:
        """The model asked for; on Azure's URLs the deployment."""
        model = self._call.model if self._call else self._deployment or self._fields.get("model")
        return model if isinstance(model, str) else ""

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The conversation as sent; a string input or prompt counts as one user message."""
        if self._call is None:
            return []
        return copy.deepcopy(list(self._call.messages))

    @property
    def text(self) -> str:
        """The last user text; elsewhere the input, prompt, query or content, of which several are a line each."""
        return (self._call.text if self._call else "") or text_in(self._fields)

    @property
    def system(self) -> str:
        """The system, developer and instructions texts."""
        return self._call.system if self._call else system_in(self._fields)

    @property
    def tools(self) -> list[dict[str, Any]]:
        """The tools offered, as sent; those of a run may be its assistant's."""
        fields = self._call.body if self._call else self._fields
        tools = fields.get("tools") or fields.get("functions")
        return mask_fields(copy.deepcopy(tools)) if isinstance(tools, list) else []

    @property
    def tool_names(self) -> list[str]:
        """The names of the tools offered; a built-in tool is named by its type."""
        return self._call.tool_names if self._call else tool_names_in(self._fields)

    @property
    def tool_outputs(self) -> list[str]:
        """The texts of the tool results in the last turn, oldest first."""
        return list(self._call.tool_outputs) if self._call else []

    @property
    def stream(self) -> bool:
        """Whether a stream was asked for."""
        return self._fields.get("stream") is True

    @property
    def attempt(self) -> int:
        """Which retry of the official client this is: 0 for the first try."""
        count = self.headers.get("x-stainless-retry-count", "0")
        return int(count) if count.isdecimal() and len(count) < 10 else 0

    def __repr__(self) -> str:
        return f"<RecordedRequest {self.number}: {self.method} {self.path} → {self.status}>"
