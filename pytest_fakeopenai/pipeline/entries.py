"""From a script entry to the reply that it stands for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from ..replies.faults import ApiError
from ..replies.parts import Part
from ..replies.raw import RawResponse
from ..replies.reply import Reply
from ..state.script import ScriptEntry
from .callables import ask
from .context import RequestContext


async def resolve(context: RequestContext, entry: ScriptEntry) -> Reply | RawResponse | AsyncIterator[Part]:
    """The reply behind a script entry, or the parts of a generator; it is noted in the request's record."""
    context.record.reply = entry
    if isinstance(entry, (Reply, RawResponse)):
        return entry
    try:
        reply = await ask(entry, context.record)
    except ApiError as error:
        return Reply(error)
    except asyncio.CancelledError:
        raise
    except BaseException as fault:  # a pytest.fail() in the callable is one
        raise context.failed(entry, fault) from fault
    if not isinstance(reply, (Reply, RawResponse)):
        return _guarded(context, entry, reply)
    context.record.reply = reply
    return reply


async def _guarded(context: RequestContext, entry: ScriptEntry, parts: AsyncIterator[Part]) -> AsyncIterator[Part]:
    """The parts of a generator, its failure told apart from ours."""
    try:
        async for part in parts:
            yield part
    except (ApiError, asyncio.CancelledError, GeneratorExit):
        raise
    except BaseException as fault:
        raise context.failed(entry, fault) from fault
