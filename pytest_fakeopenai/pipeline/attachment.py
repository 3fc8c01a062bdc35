"""Bytes as an answer, with the headers of a file to be saved."""

from __future__ import annotations

import re
from urllib.parse import quote

from ..replies.reply import Reply
from .context import RequestContext
from .results import Response

BYTES = "application/octet-stream"
_PLAIN = re.compile(r"[ !#-\[\]-~]*")  # the characters that a quoted file name may have


def attachment(filename: str, content: bytes, media_type: str = BYTES) -> Response:
    """A file's bytes; a name that a header cannot apply_control as it is is sent encoded."""
    named = f'filename="{filename}"' if _PLAIN.fullmatch(filename) else f"filename*=utf-8''{_encoded(filename)}"
    return Response(content, media_type=media_type, headers={"content-disposition": f"attachment; {named}"})


def _encoded(filename: str) -> str:
    return quote(filename.encode("utf-8", "replace"), safe="")


def spoken(context: RequestContext, reply: Reply) -> Response:
    """What a rule says in place of a file's content: its text as bytes."""
    return attachment("content", reply.text.encode())
