"""Reading a request for a legacy completion. https://platform.openai.com/docs/api-reference/completions/create"""

from __future__ import annotations

from collections.abc import Iterable

from ...pipeline.context import RequestContext
from ...pipeline.validation import named_model
from ...wire.protocol import errors
from ...wire.protocol.call import Call, Fields, Json


def read(body: Json, context: RequestContext) -> Call:
    """The call that a completion request makes; ApiError for a body that is not one."""
    fields = Fields(body)
    model = named_model(context, body)
    fields.boolean("stream")
    fields.integer("logprobs", 0, low=0, high=5)
    given = body.get("prompt")
    prompts = _prompts("<|endoftext|>" if given is None else given)
    return Call(
        endpoint="completions",
        model=model,
        body=body,
        messages=[{"role": "user", "content": prompt} for prompt in prompts],
        text=prompts[-1],
        n=fields.integer("n", 1, low=1, high=128) * len(prompts),
        logprobs=body.get("logprobs") is not None,
        prompts=prompts,
    )


def _prompts(prompt: object) -> tuple[str, ...]:
    """The prompts, of which token ids are shown as `<|17|>`."""
    if isinstance(prompt, str):
        return (prompt,)
    if isinstance(prompt, list) and prompt:
        if _is_tokens(prompt):
            return (_tokens_as_text(prompt),)
        if all(isinstance(each, str) or _is_tokens(each) for each in prompt):
            return tuple(each if isinstance(each, str) else _tokens_as_text(each) for each in prompt)
    raise errors.invalid_type("prompt", "one of a string or array of strings or token ids", prompt)


def _is_tokens(value: object) -> bool:
    return (
        isinstance(value, list) and bool(value) and all(isinstance(n, int) and not isinstance(n, bool) for n in value)
    )


def _tokens_as_text(ids: Iterable[int]) -> str:
    return "".join(f"<|{number}|>" for number in ids)
