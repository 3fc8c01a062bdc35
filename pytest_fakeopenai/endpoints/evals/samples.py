"""Samples: what a model said about an item, as criteria see it and as output items show it."""

from __future__ import annotations

from typing import Any

from ...wire.evaluation.templates import render
from ...wire.protocol import sse
from ...wire.protocol.call import Json, text_of

_NO_USAGE = {"total_tokens": 0, "completion_tokens": 0, "prompt_tokens": 0, "cached_tokens": 0}


def given(sample: Json) -> Json:
    """A sample that comes with its item, its text found where it is only in a choice."""
    text = sample.get("output_text")
    return {**sample, **_seen(text if isinstance(text, str) else _text(sample))}


def said(body: Json) -> Json:
    """The sample that a completion or a response is."""
    choices = body.get("choices")
    finish = choices[0].get("finish_reason") if choices else None
    usage = body.get("usage") or {}
    return {
        **_seen(_text(body)),
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


def _seen(text: str) -> Json:
    """What templates may name of a text; of JSON also what it says."""
    try:
        return {"output_text": text, "output_json": sse.parse(text.encode("utf-8", "surrogatepass"))}
    except ValueError:
        return {"output_text": text}


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


def shown(sample: Json | None, asked: list[Json], settings: Json, error: Json | None) -> Json:
    """A sample as an output item shows it: with what was asked, and the settings that it was made with."""
    found = sample or {}
    text = found.get("output_text")
    return {
        "input": asked,
        "output": [] if text is None else [{"role": "assistant", "content": text}],
        "finish_reason": found.get("finish_reason", "stop"),
        "model": found.get("model", ""),
        "usage": _usage(found),
        "error": error,
        "temperature": settings.get("temperature", 1.0),
        "max_completion_tokens": settings.get("max_completion_tokens", 2048),
        "top_p": settings.get("top_p", 1.0),
        "seed": settings.get("seed", 42),
    }


def _usage(sample: Json) -> Json:
    """What a sample took, where that is known; one that came with its item took nothing."""
    usage = sample.get("usage")
    if not isinstance(usage, dict) or usage.keys() != _NO_USAGE.keys():
        return _NO_USAGE
    return usage if all(isinstance(count, int) for count in usage.values()) else _NO_USAGE


def in_parts(message: Json) -> Json:
    """A message as Responses take it: a single part of a template as a list of it."""
    content = message.get("content")
    return {**message, "content": [content]} if isinstance(content, dict) else message


def chatted(message: Json) -> Json:
    """A message as chat completions take it."""
    content = in_parts(message).get("content")
    plain = {name: value for name, value in message.items() if name != "type"}
    return {**plain, "content": [*map(_chat_part, content)]} if isinstance(content, list) else plain


def _chat_part(part: Any) -> Any:
    if not isinstance(part, dict) or "type" not in part:
        return part
    if part["type"] == "input_image":
        return {"type": "image_url", "image_url": {"url": part.get("image_url")}}
    return {"type": "text", "text": part.get("text")} if "text" in part else part


def plain(message: Json) -> Json:
    """A message as output items show it."""
    return {"role": message.get("role", ""), "content": text_of(in_parts(message).get("content"))}


def rendered(value: Any, names: Json) -> Any:
    """A template of messages with every text in it filled in."""
    if isinstance(value, str):
        return render(value, names)
    if isinstance(value, list):
        return [rendered(each, names) for each in value]
    return {name: rendered(each, names) for name, each in value.items()} if isinstance(value, dict) else value
