"""Bodies as calls, items and messages of them, and errors as they are on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytest_fakeopenai.replies.faults import ApiError
from pytest_fakeopenai.wire.contract import chat, completions, embeddings, graded, responses
from pytest_fakeopenai.wire.protocol.call import Call, Message, Tool, text_of

CONTRACTS: Any = {
    "chat.completions": chat,
    "responses": responses,
    "completions": completions,
    "embeddings": embeddings,
}

WireError = tuple[int, str, str | None, str | None]


def call(endpoint: str, body: Any, *, history: Sequence[Any] = (), tools: Sequence[Tool] = ()) -> Call:
    """The call that a body makes, whatever the body is."""
    prompt = body.get("messages", body.get("input"))
    messages = prompt if isinstance(prompt, list) else [{"role": "user", "content": prompt}]
    return Call(
        endpoint=endpoint,
        model=body["model"] if isinstance(body.get("model"), str) else "gpt-4o",
        body=body,
        messages=messages,
        tools=tuple(tools),
        contents=tuple(Message("user", text_of(each.get("content"))) for each in messages if isinstance(each, dict)),
        history=tuple(history),
    )


def refusals(endpoint: str, body: Any, *, history: Sequence[Any] = (), tools: Sequence[Tool] = ()) -> list[WireError]:
    """Everything that is refused in a body by the strictest level: status, message, param and code."""
    contract = CONTRACTS[endpoint]
    violations = [
        *contract.field_errors(body),
        *contract.call_errors(call(endpoint, body, history=history, tools=tools)),
    ]
    return [wire_error(graded(each).error) for each in violations]


def wire_error(error: ApiError) -> WireError:
    """An error as it is on the wire; all of these are invalid requests."""
    body = error.body()
    assert body["type"] == "invalid_request_error"
    return error.status, str(body["message"]), body["param"], body["code"]


def tool_call(call_id: str, name: str = "get_weather") -> Any:
    """A call of a function, as a chat message of the assistant carries it."""
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": "{}"}}


def assistant_calls(*call_ids: str) -> Any:
    """A chat message of the assistant that calls functions."""
    return {"role": "assistant", "content": None, "tool_calls": [tool_call(each) for each in call_ids]}


def tool_result(call_id: str) -> Any:
    """A chat message with the result of a call."""
    return {"role": "tool", "tool_call_id": call_id, "content": "21 °C"}


def function_call(call_id: str, **rest: Any) -> Any:
    """A call of a function as an item of Responses."""
    return {"type": "function_call", "call_id": call_id, "name": "get_weather", "arguments": "{}", **rest}


def function_call_output(call_id: str) -> Any:
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
