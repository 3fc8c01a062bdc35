"""Sending an HTTP response as a test writes it."""

from __future__ import annotations

import asyncio
import json

from ..replies.faults import Disconnect, Timeout
from ..replies.raw import RawResponse
from .context import RequestContext
from .control import apply_control


async def send_raw(context: RequestContext, response: RawResponse) -> None:
    """Send a response with nothing added; its waits and faults take effect where they stand in its body."""
    writer, record = context.writer, context.record
    writer.bare_head(response.status, response.headers)
    record.response_body = b""
    for piece in response.pieces:
        if isinstance(piece, bytes):
            record.response_body += piece
            record.is_json = _is_json(record.response_body)
            await _send_piece(context, piece, is_only=len(response.pieces) == 1)
        elif isinstance(piece, Disconnect):
            await writer.open()
            await writer.cut()
            return
        else:
            if isinstance(piece, Timeout):
                await writer.open()
            await apply_control(context, writer, piece)
    await writer.finish()


async def _send_piece(context: RequestContext, piece: bytes, *, is_only: bool) -> None:
    """Send a piece by itself, unless it is the only one, which goes with the end."""
    context.writer.write(piece)
    if not is_only:
        await context.writer.flush()
        await asyncio.sleep(0)


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True
