"""The catalogue of refusals: requests that OpenAI answers with an error, and the error word by word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

CHAT, RESPONSES, COMPLETIONS, EMBEDDINGS = "/chat/completions", "/responses", "/completions", "/embeddings"
HI: Json = {"role": "user", "content": "Hi"}
DEPRECATIONS = "https://platform.openai.com/docs/deprecations"
REFERENCE = "https://platform.openai.com/docs/api-reference"

_BASES: dict[str, Json] = {
    CHAT: {"model": "gpt-4o", "messages": [HI]},
    RESPONSES: {"model": "gpt-4o", "input": "Hi"},
    COMPLETIONS: {"model": "gpt-3.5-turbo-instruct", "prompt": "Hi"},
    EMBEDDINGS: {"model": "text-embedding-3-small", "input": "Hi"},
}
WITHOUT = object()


@dataclass(frozen=True)
class Refusal:
    """A request and the error that it gets."""

    name: str
    path: str
    body: Json
    message: str
    param: str | None = None
    code: str | None = None
    status: int = 400

    def __str__(self) -> str:
        return f"{self.path.strip('/').replace('/', '.')}: {self.name}"


def request(path: str, **changes: Any) -> Json:
    """A good request to this endpoint, with some fields changed or, by WITHOUT, taken away."""
    body = {**_BASES[path], **changes}
    return {name: value for name, value in body.items() if value is not WITHOUT}


def missing(path: str, param: str, **changes: Any) -> Refusal:
    """A required parameter is not there."""
    message = f"Missing required parameter: '{param}'."
    return Refusal(f"no {param}", path, request(path, **changes), message, param, "missing_required_parameter")


def unknown(path: str, param: str, **changes: Any) -> Refusal:
    """A parameter that there is not."""
    body = request(path, **changes)
    return Refusal(f"unknown {param}", path, body, f"Unknown parameter: '{param}'.", param, "unknown_parameter")


def mistyped(path: str, param: str, expected: str, got: str, **changes: Any) -> Refusal:
    """A parameter of another JSON type."""
    message = f"Invalid type for '{param}': expected {expected}, but got {got} instead."
    return Refusal(f"type of {param}", path, request(path, **changes), message, param, "invalid_type")


def out_of_range(path: str, kind: str, value: Any, bound: Any, *, below: bool, param: str) -> Refusal:
    """A number beyond a bound."""
    side, sign = ("below minimum", ">=") if below else ("above maximum", "<=")
    message = f"Invalid '{param}': {kind} {side} value. Expected a value {sign} {bound}, but got {value} instead."
    code = f"{kind}_{'below_min' if below else 'above_max'}_value"
    return Refusal(f"range of {param}", path, request(path, **{param: value}), message, param, code)


def too_long(path: str, param: str, what: str, most: int, got: int, **changes: Any) -> Refusal:
    """A string or an array beyond its length."""
    article = "a" if what == "string" else "an"
    message = (
        f"Invalid '{param}': {what} too long. Expected {article} {what} with maximum length {most}, "
        f"but got {article} {what} with length {got} instead."
    )
    return Refusal(f"length of {param}", path, request(path, **changes), message, param, f"{what}_above_max_length")


def tool(path: str, name: str = "add", **rest: Any) -> Json:
    """A function tool as the endpoint spells it."""
    described = {"name": name, **rest}
    return {"type": "function", "function": described} if path == CHAT else {"type": "function", **described}


def call(name: str = "add", call_id: str = "call_a") -> Json:
    """An assistant's message that calls a function."""
    called = {"id": call_id, "type": "function", "function": {"name": name, "arguments": "{}"}}
    return {"role": "assistant", "content": None, "tool_calls": [called]}


def result(call_id: str = "call_a") -> Json:
    """A tool's message."""
    return {"role": "tool", "tool_call_id": call_id, "content": "3"}


def format_of(path: str, schema: Any, name: str | None = "answer", strict: bool | None = True) -> Json:
    """The field that demands a JSON schema, as the endpoint spells it."""
    described = {"schema": schema, "strict": strict, **({"name": name} if name else {})}
    if path == CHAT:
        return {"response_format": {"type": "json_schema", "json_schema": described}}
    return {"text": {"format": {"type": "json_schema", **described}}}
