"""The tokens of a conversation so far: messages, calls and their results, reasoning that is read again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from .. import tokens
from ..models import family
from ..protocol.call import Message, ToolUse
from .calls_text import compact, recipient, wrapped_calls, wrapped_results
from .images import image_tokens
from .layout import Layout
from .layouts import LATE, kind_of

RESULTS = ("tool", "function")
REASONING = "reasoning"


def _written(message: Message, layout: Layout, model: str) -> int:
    """The tokens of a message of text."""
    marks = layout.message + (layout.assistant if message.role == "assistant" else 0)
    author = tokens.count(message.name, model) if message.name else 0
    return marks + author + _content(message, model)


def _content(message: Message, model: str) -> int:
    images = sum(image_tokens(image, model) for image in message.images) if message.images else 0
    return tokens.count(message.text, model) + images


def _result(message: Message, layout: Layout, model: str) -> int:
    """The tokens of what a tool has given."""
    return layout.result + tokens.count(recipient(message.name), model) + _content(message, model)


# Chat completions


def chat_history(messages: Sequence[Message], layout: Layout, model: str) -> int:
    """The tokens of the messages of chat completions, where several calls in one message are wrapped in one."""
    return sum(_chat_message(message, results, layout, model) for message, results in _with_results(messages))


def _with_results(messages: Sequence[Message]) -> list[tuple[Message, list[str]]]:
    """The messages, each with the results that are read together with it: those of its calls, of several."""
    read: list[tuple[Message, list[str]]] = []
    for message in messages:
        if message.role in RESULTS and read and len(read[-1][0].calls) > 1:
            read[-1][1].append(message.text)
        else:
            read.append((message, []))
    return read


def _chat_message(message: Message, results: Sequence[str], layout: Layout, model: str) -> int:
    if message.role in RESULTS:
        return _result(message, layout, model)
    if not message.calls:
        return _written(message, layout, model)
    beside = _written(message, layout, model) if message.text else 0
    if len(message.calls) > 1 and layout.parallel is not None:
        texts = wrapped_calls(message.calls), wrapped_results(results)
        return beside + layout.parallel + sum(tokens.count(text, model) for text in texts)
    return beside + sum(_chat_call(call, layout, model) for call in message.calls)


def _chat_call(call: ToolUse, layout: Layout, model: str) -> int:
    return layout.call + tokens.count(call.name, model) + tokens.count(compact(call.arguments), model)


# Responses


def response_history(messages: Sequence[Message], layout: Layout, model: str) -> int:
    """The tokens of the items of Responses, each of which is read by itself."""
    if not any(message.calls for message in messages):
        return sum(_item(message, layout, model) for message in messages if message.role != REASONING)
    last_user = max((place for place, each in enumerate(messages) if each.role == "user"), default=-1)
    last_call = max(place for place, each in enumerate(messages) if each.calls)
    return _rows(messages, model) + sum(
        _item(message, layout, model)
        for place, message in enumerate(messages)
        if message.role != REASONING or last_user < place < last_call
    )


def _rows(messages: Sequence[Message], model: str) -> int:
    """What late models add for two or more calls in a row."""
    if kind_of(model) != LATE:
        return 0
    counts = [sum(1 for _ in row) for calling, row in groupby(messages, lambda each: bool(each.calls)) if calling]
    return sum(22 - 6 * count for count in counts if count > 1)


def _item(message: Message, layout: Layout, model: str) -> int:
    if message.role in RESULTS:
        return _result(message, layout, model)
    if message.role == REASONING:
        return layout.thought + tokens.count(message.text, model) if layout.thought else 0
    return sum(_call(call, layout, model) for call in message.calls) or _written(message, layout, model)


def _call(call: ToolUse, layout: Layout, model: str) -> int:
    texts = recipient(call.name), compact(call.arguments), call.namespace if _reads_namespaces(model) else ""
    return layout.call + layout.replayed * call.is_replayed + sum(tokens.count(text, model) for text in texts)


def _reads_namespaces(model: str) -> bool:
    """Whether the namespace of a call is read with it: by gpt-5.4, not by gpt-5.6."""
    return kind_of(model) == LATE and not family(model).writes_cache
