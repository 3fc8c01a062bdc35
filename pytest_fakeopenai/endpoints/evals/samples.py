"""Samples, a model's answers for an item, as criteria and as output items have them; and the messages to the model."""

from __future__ import annotations

from typing import Any

from ...wire.evaluation.templates import render, sample_variables
from ...wire.protocol.call import Json, text_of

_NO_USAGE = {"total_tokens": 0, "completion_tokens": 0, "prompt_tokens": 0, "cached_tokens": 0}


def from_item(sample: Json) -> Json:
    """The sample that an item comes with, with `output_text` where only a choice has its text."""
    text = sample.get("output_text")
    return {**sample, **sample_variables(text if isinstance(text, str) else _text(sample))}


def from_answer(body: Json) -> Json:
    """The sample of a completion or a response: {`output_text`, `model`, `choices`, `finish_reason`, `usage`}."""
    choices = body.get("choices")
    finish = choices[0].get("finish_reason") if choices else None
    usage = body.get("usage") or {}
    return {
        **sample_variables(_text(body)),
        "model": body.get("model", ""),
        "choices": choices or [],
        "finish_reason": finish or "stop",
        "usage": {
            "total_tokens": usage.get("total_tokens", 0),
            "completion_tokens": usage.get("completion_tokens", usage.get("output_tokens", 0)),
            "prompt_tokens": usage.get("prompt_tokens", usage.get("input_tokens", 0)),
            "cached_tokens": _cached(usage),
        },
    }


def _text(body: Json) -> str:
    """The text of the first choice, or of a response's messages."""
    choices, output = body.get("choices"), body.get("output")
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        message = choices[0].get("message")
        return text_of(message.get("content")) if isinstance(message, dict) else ""
    items = output if isinstance(output, list) else []
    return "".join(text_of(item.get("content")) for item in items if isinstance(item, dict))


def _cached(usage: Json) -> int:
    details = usage.get("prompt_tokens_details") or usage.get("input_tokens_details") or {}
    cached: int = details.get("cached_tokens", 0)
    return cached


def output_sample(sample: Json | None, messages: list[Json], settings: Json, error: Json | None) -> Json:
    """A sample as an output item shows it, with the messages to the model, and the settings that it was made with."""
    fields = sample or {}
    text = fields.get("output_text")
    return {
        "input": messages,
        "output": [] if text is None else [{"role": "assistant", "content": text}],
        "finish_reason": fields.get("finish_reason", "stop"),
        "model": fields.get("model", ""),
        "usage": _usage_of(fields),
        "error": error,
        "temperature": settings.get("temperature", 1.0),
        "max_completion_tokens": settings.get("max_completion_tokens", 2048),
        "top_p": settings.get("top_p", 1.0),
        "seed": settings.get("seed", 42),
    }


def _usage_of(sample: Json) -> Json:
    """The usage of a sample; one that came with its item has none."""
    usage = sample.get("usage")
    if not isinstance(usage, dict) or usage.keys() != _NO_USAGE.keys():
        return _NO_USAGE
    return usage if all(isinstance(count, int) for count in usage.values()) else _NO_USAGE


def for_responses(message: Json) -> Json:
    """A message as Responses take it: a single part of content becomes a list."""
    content = message.get("content")
    return {**message, "content": [content]} if isinstance(content, dict) else message


def for_chat(message: Json) -> Json:
    """A message as chat completions take it."""
    content = for_responses(message).get("content")
    fields = {name: value for name, value in message.items() if name != "type"}
    return {**fields, "content": [*map(_chat_part, content)]} if isinstance(content, list) else fields


def _chat_part(part: Any) -> Any:
    if not isinstance(part, dict) or "type" not in part:
        return part
    if part["type"] == "input_image":
        return {"type": "image_url", "image_url": {"url": part.get("image_url")}}
    return {"type": "text", "text": part.get("text")} if "text" in part else part


def as_text(message: Json) -> Json:
    """A message as output items show it: its content as one text."""
    return {"role": message.get("role", ""), "content": text_of(for_responses(message).get("content"))}


def rendered(value: Any, variables: Json) -> Any:
    """A template of messages with the variables in all its texts replaced."""
    if isinstance(value, str):
        return render(value, variables)
    if isinstance(value, list):
        return [rendered(each, variables) for each in value]
    return {name: rendered(each, variables) for name, each in value.items()} if isinstance(value, dict) else value
