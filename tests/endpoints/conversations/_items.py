"""Conversations for these tests, and the items that they hold."""

from __future__ import annotations

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI

from .._requests import send
from ..responses._requests import Json

needs_conversations = pytest.mark.skipif(
    not hasattr(openai.OpenAI, "conversations"), reason="this SDK knows no conversations"
)

HELLO: Json = {"role": "user", "content": "Hello!"}
CALL: Json = {"type": "function_call", "call_id": "c", "name": "get_weather", "arguments": "{}"}


def create(fake: FakeOpenAI, *items: Json) -> str:
    """The id of a conversation."""
    key: str = send(fake, "POST", "/v1/conversations", {"items": list(items)}).json["id"]
    return key


def user_message(*texts: str, id: str = "msg_1") -> Json:
    """A message of the user as it is kept."""
    content = [{"type": "input_text", "text": each} for each in texts]
    return {"id": id, "type": "message", "status": "completed", "content": content, "role": "user"}


def kept(fake: FakeOpenAI, key: str, query: str = "?order=asc") -> list[Json]:
    """The items of a conversation, oldest first."""
    listed: list[Json] = send(fake, "GET", f"/v1/conversations/{key}/items{query}").json["data"]
    return listed


def texts(fake: FakeOpenAI, key: str) -> list[str]:
    """What the messages of a conversation say, oldest first."""
    return [item["content"][0]["text"] for item in kept(fake, key)]
