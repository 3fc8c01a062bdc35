"""What goes wrong: the parts of a reply that are errors, cuts, silence and noise.

`ApiError` is a value that a test scripts and an exception that a callable, or the server itself, may raise.
Codes: https://platform.openai.com/docs/guides/error-codes
"""

from __future__ import annotations

import json
import math
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .arguments import (
    expect_seconds,
    expect_status,
    expect_text,
    expect_text_or_none,
    expect_utf8,
    header_fields,
    json_text,
)

# The statuses that the official client tries again, unless a header forbids it.
_RETRIED = frozenset({408, 409, 429})


def is_retried(status: int) -> bool:
    """Whether the official client repeats a request answered with this status."""
    return status in _RETRIED or status >= 500


class _ByStatus:
    """What stands for an argument that was left out, where None says something else."""

    def __repr__(self) -> str:
        return "<by the status>"


_BY_STATUS: Any = _ByStatus()


class ApiError(Exception):
    """An error of the API: an HTTP status and OpenAI's error envelope.

    As the first part of a reply it is the HTTP status; after text it is the stream's own error event, and in a
    blocking reply still the status, since half a JSON body cannot be sent. `{model}` in the message stands for the
    model asked for.

    - `type`: by default `server_error` from 500 on, `invalid_request_error` below; None sends null.
    - `code`, `param`: null by default. `extra`: more members of the envelope, as Azure's `innererror`.
    - `headers`: more headers, their values strings or numbers. Errors that the official client retries tell it to
      retry after one millisecond, unless `headers` has a `retry-after` or `retry-after-ms`.

    An answer that is no such envelope is a `RawResponse`.

        fake_openai.script(ApiError(404, "No such vector store", code="not_found"))
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        type: str | None = _BY_STATUS,
        code: str | None = None,
        param: str | None = None,
        headers: Mapping[str, str | float] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        expect_status("ApiError", status, 400)
        expect_text("ApiError(message)", message)
        super().__init__(status, message)
        self.status = status
        self.message = message
        self.type = _type_of(status) if type is _BY_STATUS else type
        self.code = code
        self.param = param
        for name in ("type", "code", "param"):
            expect_text_or_none(f"ApiError({name}=)", getattr(self, name))
        own = header_fields("ApiError(headers=)", headers)
        self.headers = own if _WAITS & set(own) else {**_retry_headers(status), **own}
        self.extra = _members(extra)

    def body(self, model: str = "") -> dict[str, Any]:
        """The content of the envelope's `error` key."""
        message = self.message.replace("{model}", model)
        return {"message": message, "type": self.type, "param": self.param, "code": self.code, **self.extra}

    def on(self, endpoint: str) -> ApiError:
        """The error as this endpoint words it."""
        return self

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ApiError):
            return NotImplemented
        return self._value() == other._value()

    def __hash__(self) -> int:
        return hash((type(self), self.status, self.message))

    def _value(self) -> tuple[object, ...]:
        return type(self), self.status, self.body(), self.headers

    def __repr__(self) -> str:
        if type(self) is not ApiError:
            return f"{type(self).__name__}()"
        return f"ApiError({self.status}, {self.message!r})"

    def __str__(self) -> str:
        return f"{self.status} {self.message}"


def _type_of(status: int) -> str:
    return "server_error" if status >= 500 else "invalid_request_error"


_MEMBERS = ("message", "type", "param", "code")


def _members(extra: Mapping[str, Any] | None) -> dict[str, Any]:
    """More members of the envelope, read from their JSON; TypeError or ValueError for what cannot be one."""
    if extra is None:
        return {}
    if not isinstance(extra, Mapping):
        raise TypeError(f"ApiError(extra=) takes a mapping, got {reprlib.repr(extra)}")
    if names := [name for name in _MEMBERS if name in extra]:
        raise ValueError(f"ApiError(extra=) takes more members of the envelope; {names[0]!r} is an argument of its own")
    members: dict[str, Any] = json.loads(json_text(dict(extra)))
    return members


_WAITS = frozenset({"retry-after", "retry-after-ms"})


def _retry_headers(status: int) -> dict[str, str]:
    return {"retry-after-ms": "1", "retry-after": "0"} if is_retried(status) else {}


def go_duration(milliseconds: int) -> str:
    """A time as the API spells it: `0s`, `120ms`, `1.5s`, `6m0s`."""
    if 0 < milliseconds < 1000:
        return f"{milliseconds}ms"
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return (f"{hours}h" if hours else "") + (f"{minutes}m" if hours or minutes else "") + f"{rest / 1000:g}s"


class RateLimit(ApiError):
    """429 `rate_limit_exceeded`; the client retries after `retry_after` seconds, or at once without it."""

    def __init__(self, retry_after: float | None = None) -> None:
        if retry_after is not None:
            expect_seconds("RateLimit(retry_after=)", retry_after, positive=True)
        wait = 1 if retry_after is None else _milliseconds(retry_after)
        super().__init__(
            429,
            "Rate limit reached for {model} in organization org-fakeopenai on requests per min (RPM): Limit 500, "
            f"Used 500, Requested 1. Please try again in {go_duration(wait)}. "
            "Visit https://platform.openai.com/account/rate-limits to learn more.",
            type="requests",
            code="rate_limit_exceeded",
            headers=None if retry_after is None else _wait_headers(retry_after),
        )
        self.retry_after = retry_after

    def __repr__(self) -> str:
        return "RateLimit()" if self.retry_after is None else f"RateLimit(retry_after={self.retry_after})"


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))


def _wait_headers(seconds: float) -> dict[str, str]:
    return {"retry-after-ms": str(_milliseconds(seconds)), "retry-after": str(math.ceil(seconds))}


class ServerError(ApiError):
    """500 `server_error`: a fault inside the API."""

    def __init__(self) -> None:
        super().__init__(500, "The server had an error while processing your request. Sorry about that!")


class Overloaded(ApiError):
    """503: the engine has too much to do."""

    def __init__(self) -> None:
        super().__init__(
            503, "The engine is currently overloaded, please try again later", type="service_unavailable_error"
        )


class QuotaExceeded(ApiError):
    """429 `insufficient_quota`: the account has no credit left; trying again does not help."""

    def __init__(self) -> None:
        super().__init__(
            429,
            "You exceeded your current quota, please check your plan and billing details. For more information on "
            "this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.",
            type="insufficient_quota",
            code="insufficient_quota",
        )


class InvalidKey(ApiError):
    """401 `invalid_api_key`: the key is wrong."""

    def __init__(self) -> None:
        super().__init__(
            401,
            "Incorrect API key provided: sk-wrong*******-key. "
            "You can find your API key at https://platform.openai.com/account/api-keys.",
            code="invalid_api_key",
        )


class ContextLengthExceeded(ApiError):
    """400 `context_length_exceeded`: the conversation is longer than the model can read."""

    def __init__(self) -> None:
        super().__init__(
            400,
            "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens. "
            "Please reduce the length of the messages.",
            code="context_length_exceeded",
            param="messages",
        )

    def on(self, endpoint: str) -> ApiError:
        """Responses say it without figures."""
        if endpoint.partition(".")[0] != "responses":
            return self
        message = "Your input exceeds the context window of this model. Please adjust your input and try again."
        return ApiError(self.status, message, code=self.code, param="input")


@dataclass(frozen=True, repr=False)
class Timeout:
    """A part from which on nothing more is sent: the client waits until it gives up.

    Give the client under test a short timeout and count its retries: each is a request of its own.
    """

    def __repr__(self) -> str:
        return "Timeout()"


@dataclass(frozen=True, repr=False)
class Disconnect:
    """A part at which the connection is cut; what came before it has been sent."""

    def __repr__(self) -> str:
        return "Disconnect()"


@dataclass(frozen=True, repr=False)
class Truncate:
    """A part at which the answer ends as if it were complete: nothing is wrong with the connection.

    A stream ends here without its end, without `[DONE]` or `response.completed`. A blocking answer has half of its
    body, as some proxies send it, with a length that fits; it has none where nothing comes before.
    """

    def __repr__(self) -> str:
        return "Truncate()"


@dataclass(frozen=True, repr=False)
class Garbage:
    """Bytes that are not the protocol, sent as they are: in a stream at this place, in a blocking reply as its body.

    An event that is not JSON: `Garbage("data: {oops\\n\\n")`.
    """

    data: str | bytes

    def __post_init__(self) -> None:
        if not isinstance(self.data, (str, bytes)):
            raise TypeError(f"Garbage takes a string or bytes, got {type(self.data).__name__}: {self.data!r}")
        if isinstance(self.data, str):
            expect_utf8("Garbage", self.data)

    @property
    def encoded(self) -> bytes:
        """The bytes as sent; text is encoded as UTF-8."""
        return self.data if isinstance(self.data, bytes) else self.data.encode()

    def __repr__(self) -> str:
        return f"Garbage({self.data!r})"
