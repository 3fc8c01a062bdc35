"""What OpenAI refuses of requests for runs. https://platform.openai.com/docs/api-reference/runs/createRun"""

from __future__ import annotations

from collections.abc import Iterator

from ...replies.faults import ApiError
from ..protocol.call import Call, Json
from . import lengths


def field_errors(body: Json) -> Iterator[ApiError]:
    """What OpenAI refuses of the fields one by one."""
    yield from lengths.metadata(body.get("metadata"))


def call_errors(call: Call) -> Iterator[ApiError]:
    """What OpenAI refuses across the fields of a request: nothing that its thread does not decide."""
    yield from ()
