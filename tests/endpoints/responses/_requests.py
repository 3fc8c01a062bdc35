"""Requests for responses, through either official client or in bytes, and the items that answers are compared with."""

from __future__ import annotations

import json
import re
from typing import Any

from pytest_fakeopenai import FakeOpenAI, ToolCall

from .._requests import Answer, call_method, send

Json = dict[str, Any]

FIRST_SECOND = 1_767_225_600

PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
WEATHER: Json = {"type": "function", "name": "get_weather", "parameters": PARAMETERS}
SHELL: Json = {"type": "custom", "name": "shell"}
TOOLS: Any = [WEATHER, SHELL]
PARIS = ToolCall("get_weather", {"city": "Paris"})
ROME = ToolCall("get_weather", {"city": "Rome"})
PARIS_JSON, ROME_JSON = '{"city":"Paris"}', '{"city":"Rome"}'
LOGPROBS = ["message.output_text.logprobs"]
NAMED: Json = {"model": "gpt-4o", "input": "Hi"}

# A call of a tool, and what it gave.
ROUND: list[Json] = [
    {"role": "user", "content": "Hi"},
    {"type": "function_call", "call_id": "c", "name": "get_weather", "arguments": "{}"},
    {"type": "function_call_output", "call_id": "c", "output": "cold"},
]

# What every version of the client, or `call_method`, takes by name; the rest goes into the body as it is.
_NAMED_PARAMETERS = ("model", "input", "stream", "tools", "text_format", "timeout", "retries")
_KINDS = "resp|msg|rs|fc|ctc|fco|ctco"
_ID = re.compile(rf'"(?:({_KINDS})_[0-9a-f]{{48}}(?:..)?|(call)_[0-9A-Za-z]{{24}}|(gAAAAAB)[-\w]+=*)"')


def post(fake: FakeOpenAI, **body: Any) -> Answer:
    """`POST /responses` over a plain connection."""
    return send(fake, "POST", "/v1/responses", {**NAMED, **body})


def get(fake: FakeOpenAI, path: str) -> Answer:
    """`GET /responses/…` over a plain connection."""
    return send(fake, "GET", f"/v1/responses/{path}")


def create_response(fake: FakeOpenAI, kind: str = "sync", operation: str = "create", **body: Any) -> Any:
    """A response of the official client, or the list of its events."""
    body = {**NAMED, **body}
    named = {name: body.pop(name) for name in _NAMED_PARAMETERS if name in body}
    return call_method(fake, kind, f"responses.{operation}", **named, extra_body=body)


def wire(value: Any) -> Any:
    """What the client got, taken back from its object; an old client has no class for new items and would warn."""
    return value.to_dict(mode="json", warnings=False)


def events(answer: Answer) -> list[Json]:
    """The events of a stream, each in the one layout that the API has: a line with its name, a line with its JSON."""
    *blocks, rest = answer.body.decode().split("\n\n")
    assert rest == ""
    parsed = []
    for block in blocks:
        name, data = block.split("\n")
        event = json.loads(data.removeprefix("data: "))
        compact = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
        assert (name, data) == (f"event: {event['type']}", f"data: {compact}")
        parsed.append(event)
    return parsed


def types(stream: list[Json]) -> list[str]:
    """The types of events, without what they share."""
    return [event["type"].removeprefix("response.") for event in stream]


def anonymous(value: Any) -> Any:
    """The value with each id replaced by its prefix and its rank among the ids with that prefix: `msg_1`."""
    names: dict[str, str] = {}
    counts: dict[str, int] = {}

    def name(match: re.Match[str]) -> str:
        if match[0] not in names:
            prefix = match[1] or match[2] or match[3]
            counts[prefix] = counts.get(prefix, 0) + 1
            names[match[0]] = f'"{prefix}_{counts[prefix]}"'
        return names[match[0]]

    return json.loads(_ID.sub(name, json.dumps(value)))


def message(*content: Json, id: str = "msg_1", status: str = "completed") -> Json:
    """A message of the assistant, its keys in the order of the wire."""
    return {"id": id, "type": "message", "status": status, "content": list(content), "role": "assistant"}


def text(value: str, logprobs: Any = ()) -> Json:
    """A text in a message."""
    return {"type": "output_text", "annotations": [], "logprobs": list(logprobs), "text": value}


def refusal(value: str) -> Json:
    """A refusal in a message."""
    return {"type": "refusal", "refusal": value}


def function_call(arguments: str, n: int = 1, status: str = "completed", name: str = "get_weather") -> Json:
    """A function call, its keys in the order of the wire."""
    head = {"id": f"fc_{n}", "type": "function_call", "status": status}
    return {**head, "arguments": arguments, "call_id": f"call_{n}", "name": name}


def custom_call(input_: str, status: str = "completed") -> Json:
    """A call of a custom tool, its keys in the order of the wire."""
    head = {"id": "ctc_1", "type": "custom_tool_call", "status": status}
    return {**head, "call_id": "call_1", "input": input_, "name": "shell"}


def reasoning(*summaries: str, id: str = "rs_1", hidden: int = 1) -> Json:
    """A reasoning item, which has no status; what it hides is another text each time that it is sent."""
    summary = [{"type": "summary_text", "text": value} for value in summaries]
    encrypted = f"gAAAAAB_{hidden}"
    return {"id": id, "type": "reasoning", "content": [], "encrypted_content": encrypted, "summary": summary}


def usage(input_tokens: int, output_tokens: int, reasoning_tokens: int = 0) -> Json:
    """The figures of a response, their keys in the order of the wire."""
    return {
        "input_tokens": input_tokens,
        "input_tokens_details": {"cache_write_tokens": 0, "cached_tokens": 0},
        "output_tokens": output_tokens,
        "output_tokens_details": {"reasoning_tokens": reasoning_tokens},
        "total_tokens": input_tokens + output_tokens,
    }
