"""Files. https://platform.openai.com/docs/api-reference/files"""

from __future__ import annotations

from ..wire.call import Json
from ._exchange import Operation
from ._memory import Memory, new_id
from ._surface import Exchange

# How long a file lives that is not asked to live shorter, in seconds; others live until they are deleted.
_LIFETIMES = {"batch": 2_592_000}


def keep_file(exchange: Exchange, *, filename: str, purpose: str, content: bytes, lifetime: int | None = None) -> Json:
    """Keep a file and return its object, whoever made it: a user by an upload, or the service by its work.

    `lifetime` is the number of seconds after which the object says that it expires.
    """
    created = exchange.world.ids.now()
    seconds = _LIFETIMES.get(purpose) if lifetime is None else lifetime
    body = {
        "object": "file",
        "id": new_id(exchange)("file"),
        "purpose": purpose,
        "filename": filename,
        "bytes": len(content),
        "created_at": created,
        "expires_at": None if seconds is None else created + seconds,
        "status": "processed",
        "status_details": None,
    }
    Memory(exchange, "/files").add(body, kept={"content": content})
    return body


ROUTES: list[Operation] = []
