"""Reading a request for a legacy completion. https://platform.openai.com/docs/api-reference/completions/create"""

from __future__ import annotations

from collections.abc import Iterable

from ...pipeline.context import RequestContext
from ...pipeline.validation import named_model
from ...wire.contract.completions import is_prompt, is_tokens
from ...wire.json_values import as_count
from ...wire.protocol.call import Call, Json

_MOST_CHOICES = 128
_NONE = "<|endoftext|>"  # what a model continues that is given no prompt


def read(body: Json, context: RequestContext) -> Call:
    """The call that a completion request makes."""
    prompts = _prompts(body.get("prompt"))
    return Call(
        endpoint="completions",
        model=named_model(context, body),
        body=body,
        messages=[{"role": "user", "content": prompt} for prompt in prompts],
        text=prompts[-1],
        n=as_count(body.get("n"), 1, _MOST_CHOICES) * len(prompts),
        logprobs=body.get("logprobs") is not None,
        prompts=prompts,
    )


def _prompts(prompt: object) -> tuple[str, ...]:
    """The prompts, of which token ids are shown as `<|17|>`; what is neither text nor token ids is left out."""
    prompts = prompt if isinstance(prompt, list) and not is_tokens(prompt) else [prompt]
    return tuple(each if isinstance(each, str) else _tokens_as_text(each) for each in prompts if is_prompt(each)) or (
        _NONE,
    )


def _tokens_as_text(ids: Iterable[int]) -> str:
    return "".join(f"<|{number}|>" for number in ids)
