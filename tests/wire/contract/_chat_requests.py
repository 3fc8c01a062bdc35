"""Chat requests in few words."""

from __future__ import annotations

from typing import Any

HI: Any = [{"role": "user", "content": "Hi"}]
ABOUT_JSON: Any = [{"role": "user", "content": "Answer in JSON."}]
PATTERN = "string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'."
NO_RESPONSES = (
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. "
    "The following tool_call_ids did not have response messages: "
)
STRAY = "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
PREFIX = (
    "Invalid image URL: '{0}'. Expected a base64-encoded data URL with an image MIME type "
    "(e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got a value without the 'data:' prefix."
)
LONG = "x" * 10_485_761


def chat_request(**fields: Any) -> Any:
    """A chat request that says "Hi"."""
    return {"model": "gpt-4o", "messages": HI, **fields}


def with_messages(*messages: Any) -> Any:
    """A chat request with these messages after a first one."""
    return chat_request(messages=[*HI, *messages])


def with_parts(*parts: Any, role: str = "user", **rest: Any) -> Any:
    """A chat request whose message has these parts."""
    return chat_request(messages=[{"role": role, "content": [{"type": "text", "text": "This"}, *parts], **rest}])


def with_function(**function: Any) -> Any:
    """A chat request that offers a function."""
    return chat_request(tools=[{"type": "function", "function": {"name": "f", **function}}])


def with_schema(**schema: Any) -> Any:
    """A chat request that demands a schema."""
    return chat_request(response_format={"type": "json_schema", "json_schema": schema})


def image(url: Any) -> Any:
    """An image part."""
    return {"type": "image_url", "image_url": {"url": url}}


TOOLS: Any = with_function()["tools"]
