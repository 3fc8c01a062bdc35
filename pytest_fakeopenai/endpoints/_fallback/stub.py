"""Answers for which nothing is stored: reports, contents, streams and examples."""

from __future__ import annotations

from ...pipeline.collections import example_factory
from ...pipeline.results import EventStream, Response, Result
from ...wire.protocol import sse
from . import usage_reports
from .request import FallbackRequest

_BYTES = "application/octet-stream"


def report(request: FallbackRequest) -> Result:
    """A report of usage or costs: buckets of time without results."""
    return usage_reports.report(request.context)


def content(request: FallbackRequest) -> Result:
    """A file of no bytes."""
    return Response(b"", media_type=_BYTES)


def stream(request: FallbackRequest) -> Result:
    """A stream of one event, the smallest that the type allows."""
    event = example_factory(request.context).make(request.types.events, request.context.path)
    return EventStream([event], frame=lambda each: sse.data(sse.compact(each)))


def example(request: FallbackRequest) -> Result:
    """The smallest answer of the operation's type, with the request's fields that fit it."""
    if request.types.binary:
        return content(request)
    if request.types.answer is None:
        return Response(None)
    return request.example(request.body)
