"""Answers that nothing is remembered for: reports, contents, streams and examples."""

from __future__ import annotations

from ...pipeline.collections import example_factory
from ...pipeline.results import EventStream, Response, Result
from ...wire.protocol import sse
from . import usage_reports
from .asked import Asked

_BYTES = "application/octet-stream"


def report(asked: Asked) -> Result:
    """Usage and costs: buckets of time with nothing in them."""
    return usage_reports.report(asked.context)


def content(asked: Asked) -> Result:
    """Bytes, of which there are none."""
    return Response(b"", media_type=_BYTES)


def stream(asked: Asked) -> Result:
    """A stream of one event."""
    event = example_factory(asked.context).make(asked.types.events, asked.context.path)
    return EventStream([event], frame=lambda each: sse.data(sse.compact(each)))


def example(asked: Asked) -> Result:
    """The smallest answer of the operation's type, with what fits of the request in it."""
    if asked.types.binary:
        return Response(b"", media_type=_BYTES)
    if asked.types.answer is None:
        return Response(None)
    return asked.make(asked.body)
