"""Who may send a request: API keys, and the header that the assistants' family asks for.

https://platform.openai.com/docs/api-reference/authentication
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable

from ..wire.contract import Violation
from ..wire.protocol import errors
from .context import RequestContext
from .validation import enforce, refuse


def authenticate(context: RequestContext) -> None:
    """Refuse a request without an API key, or with one that the test says is unknown."""
    enforce(context, lambda: _wrong_keys(context))


_BETA = "assistants=v2"


def require_beta_header(context: RequestContext) -> None:
    """Refuse a request to the assistants' family without the header that asks for it."""
    has_header = _BETA in context.record.headers.get("openai-beta", "")
    if not has_header and context.record.endpoint.partition(".")[0] in ("assistants", "threads"):
        refuse(context, errors.missing_beta())


def _wrong_keys(context: RequestContext) -> Iterable[Violation]:
    key = _key(context)
    if key is None:
        if context.world.asks_for_key:
            yield Violation(errors.missing_key(at_length=context.front_end.older))
    elif not key or not context.world.settings.knows_key(key):
        yield Violation(errors.incorrect_key(key))


def _key(context: RequestContext) -> str | None:
    """The key of a bearer, the password of a user without name, or Azure's own header."""
    headers = context.record.headers
    if "api-key" in headers:
        return headers["api-key"]
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        return _password(value)
    return value.strip() if scheme.lower() == "bearer" else None


def _password(encoded: str) -> str | None:
    try:
        credentials = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    if encoded and not credentials:  # padding alone, which Python 3.10 takes
        return None
    return credentials.partition(":")[2]
