"""Whether a request fits into what the model can read; nothing is counted that is too short to exceed it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...replies.faults import ApiError
from ..billing.prompt import bare, prompt_tokens
from ..json_values import as_list
from ..models import family
from ..protocol.call import Call
from ..protocol.sse import compact
from ..tokens import is_exact

# A character is four bytes at most, and a token a byte at least. More is never added around a message, or a request.
_BYTES = 4
_AROUND_MESSAGE, _AROUND_REQUEST = 64, 256
_DEFAULT_COMPLETION = 16
_MOST_IN_EMBEDDINGS = 300_000


def chat(call: Call) -> Iterator[ApiError]:
    """A conversation that is too long, alone or with the completion asked for."""
    context = family(call.model).context
    completion = _completion_limit(call, 0)
    if context is None or _is_brief(call, context - completion):
        return
    certain = _certain(call)
    whole = prompt_tokens(certain)
    messages = prompt_tokens(replace(certain, tools=())) if certain.tools else whole
    if _at_least(whole, call) + completion > context:
        message = _too_long(context, messages, whole - messages, completion)
        yield ApiError(400, message, param="messages", code="context_length_exceeded")


def responses(call: Call) -> Iterator[ApiError]:
    """An input that is too long and may not be truncated."""
    context = family(call.model).context
    if context is None or call.body.get("truncation") == "auto" or _is_brief(call, context):
        return
    if _at_least(prompt_tokens(_certain(call)), call) > context:
        message = "Your input exceeds the context window of this model. Please adjust your input and try again."
        yield ApiError(400, message, param="input", code="context_length_exceeded")


def completions(call: Call) -> Iterator[ApiError]:
    """A prompt that is too long, alone or with the completion asked for."""
    context = family(call.model).context
    completion = _completion_limit(call, _DEFAULT_COMPLETION)
    if context is None or _is_short(call.body.get("prompt"), context - completion):
        return
    for prompt in inputs(call.body.get("prompt")):
        tokens = bare(prompt, call.model)
        if _at_least(tokens, call, prompt) + completion > context:
            yield ApiError(
                400,
                f"This model's maximum context length is {context} tokens, however you requested "
                f"{tokens + completion} tokens ({tokens} in your prompt; {completion} for the completion). "
                "Please reduce your prompt; or completion length.",
            )


def embeddings(call: Call) -> Iterator[ApiError]:
    """An input that is too long, and inputs that are too many tokens together."""
    context = family(call.model).context
    if context is None or _is_short(call.body.get("input"), context):
        return
    sizes = [_at_least(bare(each, call.model), call, each) for each in inputs(call.body.get("input"))]
    if any(size > context for size in sizes):
        yield ApiError(400, f"Invalid 'input': maximum context length is {context} tokens.")
    if sum(sizes) > _MOST_IN_EMBEDDINGS:
        message = f"Requested {sum(sizes)} tokens, max {_MOST_IN_EMBEDDINGS} tokens per request"
        yield ApiError(400, message, code="max_tokens_per_request")


def _certain(call: Call) -> Call:
    """The call without what can only be estimated: images, and tools that are no functions."""
    contents = tuple(replace(message, images=()) for message in call.contents)
    return replace(call, contents=contents, tools=tuple(tool for tool in call.tools if tool.kind == "function"))


def _at_least(counted: int, call: Call, text: object = "") -> int:
    """What was counted, less what an approximation of a text may be wrong by: nothing that may fit is refused."""
    return counted if is_exact(call.model) or not isinstance(text, str) else counted * 3 // 4


def inputs(value: object) -> list[object]:
    """The inputs one by one; a text or a list of token ids is one."""
    listed = as_list(value)
    return listed if any(isinstance(each, (str, list)) for each in listed) else [value]


def _completion_limit(call: Call, default: int) -> int:
    """The tokens asked for; what is beyond any completion has been refused as such."""
    limit = call.body.get("max_tokens")
    most = family(call.model).output or 1_000_000
    return limit if isinstance(limit, int) and 0 < limit <= most else default


def _is_brief(call: Call, room: int) -> bool:
    """Whether a conversation is too short to exceed the room, with its calls, tools and schema."""
    room -= _AROUND_REQUEST
    for message in call.contents:
        room -= _AROUND_MESSAGE + _BYTES * (len(message.text) + len(message.name))
        for each in message.calls:
            room -= _AROUND_MESSAGE + _BYTES * (len(each.name) + len(each.arguments))
    return room >= 0 and (not (call.tools or call.format) or _is_short((call.tools, call.format), room))


def _is_short(value: object, room: int) -> bool:
    return len(compact(value)) <= room


def _too_long(context: int, messages: int, functions: int, completion: int) -> str:
    figures = {"messages": messages, "functions": functions, "completion": completion}
    parts = {name: figure for name, figure in figures.items() if figure}
    shares = _joined([f"{figure} in the {name}" for name, figure in parts.items()], "and", between=", ")
    did = "you requested" if completion else "your messages resulted in"
    detail = f" ({shares})" if len(parts) > 1 else ""
    advice = _joined(list(parts), "or", between=" or ")
    return (
        f"This model's maximum context length is {context} tokens. However, {did} {sum(figures.values())} tokens"
        f"{detail}. Please reduce the length of the {advice}."
    )


def _joined(words: list[str], last: str, *, between: str) -> str:
    """The words as the API joins them: two by `between`, three by commas."""
    return between.join(words) if len(words) < 3 else f"{', '.join(words[:-1])}, {last} {words[-1]}"
