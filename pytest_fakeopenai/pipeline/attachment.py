"""A file's bytes as a response, with the header by which a client knows its name."""

from __future__ import annotations

import re
from urllib.parse import quote

from ..replies.reply import Reply
from .context import RequestContext
from .results import Response

BYTES = "application/octet-stream"
_PLAIN = re.compile(r"[ !#-\[\]-~]*")  # the characters that a quoted file name may have


def attachment(filename: str, content: bytes, media_type: str = BYTES) -> Response:
    """A response that is saved under a name, which is percent-encoded where a header cannot hold it as it is."""
    parameter = f'filename="{filename}"' if _PLAIN.fullmatch(filename) else f"filename*=utf-8''{_encoded(filename)}"
    return Response(content, media_type=media_type, headers={"content-disposition": f"attachment; {parameter}"})


def _encoded(filename: str) -> str:
    return quote(filename.encode("utf-8", "replace"), safe="")


def attachment_from_reply(context: RequestContext, reply: Reply) -> Response:
    """The response of a rule's reply in place of a file's content: its text as UTF-8."""
    return attachment("content", reply.text.encode())
