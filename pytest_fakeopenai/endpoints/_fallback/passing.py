"""Answers that nothing is remembered for: reports, contents, streams and specimens."""

from __future__ import annotations

from ...pipeline.collections import maker
from ...pipeline.surface import Answered, Events, Stated
from ...wire.protocol import sse
from . import usage_reports
from .asked import Asked

_BYTES = "application/octet-stream"


def report(asked: Asked) -> Stated:
    """Usage and costs: buckets of time with nothing in them."""
    return usage_reports.report(asked.exchange)


def content(asked: Asked) -> Stated:
    """Bytes, of which there are none."""
    return Answered(b"", media_type=_BYTES)


def stream(asked: Asked) -> Stated:
    """A stream of one event."""
    event = maker(asked.exchange).make(asked.types.events, asked.exchange.path)
    return Events([event], frame=lambda each: sse.data(sse.compact(each)))


def specimen(asked: Asked) -> Stated:
    """The smallest answer of the operation's type, with what fits of the request in it."""
    if asked.types.binary:
        return Answered(b"", media_type=_BYTES)
    if asked.types.answer is None:
        return Answered(None)
    return asked.make(asked.body)
