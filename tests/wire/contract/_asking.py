"""How these tests ask the rules: a body becomes a call, an error what is on the wire of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytest_fakeopenai.replies.faults import ApiError
from pytest_fakeopenai.wire.contract import chat, completions, embeddings, responses
from pytest_fakeopenai.wire.protocol.call import Call, Message, Tool, text_of

RULES: Any = {"chat.completions": chat, "responses": responses, "completions": completions, "embeddings": embeddings}

Told = tuple[int, str, str | None, str | None]


def call(endpoint: str, body: Any, *, history: Sequence[Any] = (), tools: Sequence[Tool] = ()) -> Call:
    """The call that a body makes, whatever the body is."""
    given = body.get("messages", body.get("input"))
    messages = given if isinstance(given, list) else [{"role": "user", "content": given}]
    return Call(
        endpoint=endpoint,
        model=body["model"] if isinstance(body.get("model"), str) else "gpt-4o",
        body=body,
        messages=messages,
        tools=tuple(tools),
        contents=tuple(Message("user", text_of(each.get("content"))) for each in messages if isinstance(each, dict)),
        history=tuple(history),
    )


def refusals(endpoint: str, body: Any, *, history: Sequence[Any] = (), tools: Sequence[Tool] = ()) -> list[Told]:
    """Everything that is refused in a body: status, message, param and code."""
    rules = RULES[endpoint]
    found = [*rules.fields(body), *rules.violations(call(endpoint, body, history=history, tools=tools))]
    return [told(error) for error in found]


def told(error: ApiError) -> Told:
    """An error as it is on the wire; all of these are invalid requests."""
    body = error.body()
    assert body["type"] == "invalid_request_error"
    return error.status, str(body["message"]), body["param"], body["code"]


def tool_call(call_id: str, name: str = "get_weather") -> Any:
    """A call of a function, as a chat message of the assistant carries it."""
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": "{}"}}


def calling(*call_ids: str) -> Any:
    """A chat message of the assistant that calls functions."""
    return {"role": "assistant", "content": None, "tool_calls": [tool_call(each) for each in call_ids]}


def result(call_id: str) -> Any:
    """A chat message with the result of a call."""
    return {"role": "tool", "tool_call_id": call_id, "content": "21 °C"}


def item_call(call_id: str, **rest: Any) -> Any:
    """A call of a function as an item of Responses."""
    return {"type": "function_call", "call_id": call_id, "name": "get_weather", "arguments": "{}", **rest}


def item_output(call_id: str) -> Any:
    """The output of a function as an item of Responses."""
    return {"type": "function_call_output", "call_id": call_id, "output": "21 °C"}


def strict_object(**properties: Any) -> Any:
    """A schema that is as strict as it must be."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


STRING: Any = {"type": "string"}
