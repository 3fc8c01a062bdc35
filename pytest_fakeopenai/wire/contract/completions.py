"""What OpenAI refuses of requests to the completions endpoint. https://platform.openai.com/docs/api-reference/completions"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

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
    yield from _prompt(call.body.get("prompt"))
    yield from capabilities.completions(call)
    yield from _tokens(call)
    yield from context.completions(call)


def is_tokens(value: object) -> TypeGuard[list[int]]:
    """Whether a value is a prompt given as the ids of its tokens."""
    return isinstance(value, list) and bool(value) and all(type(number) is int for number in value)


def is_prompt(value: object) -> TypeGuard[str | list[int]]:
    """Whether a value is one prompt, as text or as token ids."""
    return isinstance(value, str) or is_tokens(value)


def _prompt(prompt: object) -> Iterator[ApiError]:
    """A prompt that is no text, no token ids and no list of either."""
    several = isinstance(prompt, list) and bool(prompt) and all(map(is_prompt, prompt))
    if prompt is not None and not is_prompt(prompt) and not several:
        yield errors.invalid_type("prompt", "one of a string or array of strings or token ids", prompt)


def _tokens(call: Call) -> Iterator[ApiError]:
    """Token ids that the vocabulary has not."""
    model_family = family(call.model)
    last = _LAST_TOKEN.get(model_family.vocabulary)
    if last is not None and model_family.is_known:
        for prompt in context.inputs(call.body.get("prompt")):
            for token in as_list(prompt):
                if isinstance(token, int) and not 0 <= token <= last:
                    limits = f"Minimum value is 0, maximum value is {last} (inclusive)."
                    yield ApiError(400, f"Invalid token in prompt: {errors.shown(token)}. {limits}")
