"""What OpenAI refuses of requests to the completions endpoint. https://platform.openai.com/docs/api-reference/completions"""

from __future__ import annotations

from collections.abc import Iterator

from ...replies.faults import ApiError
from ..json_values import as_list
from ..models import family
from ..protocol import errors
from ..protocol.call import Call, Json
from . import capabilities, context, lengths

_LAST_TOKEN = {"cl100k_base": 100_257}


def field_errors(body: Json) -> Iterator[ApiError]:
    """What OpenAI refuses of the fields one by one, in the order of the document."""
    yield from lengths.stop(body.get("stop"))


def call_errors(call: Call) -> Iterator[ApiError]:
    """What OpenAI refuses across the fields of a request, in the order in which it looks."""
    yield from capabilities.completions(call)
    yield from _tokens(call)
    yield from context.completions(call)


def _tokens(call: Call) -> Iterator[ApiError]:
    """Token ids that the vocabulary has not."""
    known = family(call.model)
    last = _LAST_TOKEN.get(known.vocabulary)
    if last is not None and known.is_known:
        for prompt in context.inputs(call.body.get("prompt")):
            for token in as_list(prompt):
                if isinstance(token, int) and not 0 <= token <= last:
                    limits = f"Minimum value is 0, maximum value is {last} (inclusive)."
                    yield ApiError(400, f"Invalid token in prompt: {errors.shown(token)}. {limits}")
