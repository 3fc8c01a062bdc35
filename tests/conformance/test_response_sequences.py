"""Responses, event by event: each documented sequence as the lines of a stream, with every key in its place.

The response that an event carries stands as its status; what is in it is held against the blocking answer.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_fakeopenai import ApiError, Chunks, FakeOpenAI, QuotaExceeded, Reasoning, Refusal, Reply, Text, ToolCall

from ..endpoints.responses._requests import (
    LOGPROBS,
    TOOLS,
    Json,
    anonymous,
    custom_call,
    events,
    function_call,
    message,
    post,
    reasoning,
    refusal,
    text,
)

# Older clients have no types for all that is asked here.
pytestmark = pytest.mark.usefixtures("without_tokenizer")

PARIS, ROME = ToolCall("get_weather", '{"a"}'), ToolCall("get_weather", "{}")


def event(kind: str, **fields: Any) -> Json:
    """An event without its number, its fields in the order given."""
    return {"type": f"response.{kind}", **fields}


def added(item: Json, index: int = 0) -> Json:
    return event("output_item.added", item=item, output_index=index)


def done(item: Json, index: int = 0) -> Json:
    return event("output_item.done", item=item, output_index=index)


def part(step: str, value: Json, index: int = 0) -> Json:
    return event(f"content_part.{step}", content_index=0, item_id="msg_1", output_index=index, part=value)


def delta(piece: str, *logprobs: Json, index: int = 0) -> Json:
    kind, place = "output_text.delta", {"item_id": "msg_1"}
    return event(kind, content_index=0, delta=piece, **place, logprobs=list(logprobs), output_index=index)


def text_done(value: str, *logprobs: Json, index: int = 0) -> Json:
    kind, place = "output_text.done", {"item_id": "msg_1"}
    return event(kind, content_index=0, **place, logprobs=list(logprobs), output_index=index, text=value)


def message_events(*pieces: str, index: int = 0, status: str = "completed") -> list[Json]:
    """The events of a message of one text."""
    whole = "".join(pieces)
    return [
        added(message(status="in_progress"), index),
        part("added", text(""), index),
        *(delta(piece, index=index) for piece in pieces),
        text_done(whole, index=index),
        part("done", text(whole), index),
        done(message(text(whole), status=status), index),
    ]


def called(pieces: list[str], n: int = 1, index: int = 0) -> list[Json]:
    """The events of a function call."""
    kind, place, whole = "function_call_arguments", {"item_id": f"fc_{n}", "output_index": index}, "".join(pieces)
    return [
        added(function_call("", n, "in_progress"), index),
        *(event(f"{kind}.delta", delta=piece, **place) for piece in pieces),
        event(f"{kind}.done", arguments=whole, **place),
        done(function_call(whole, n), index),
    ]


def summed(value: str, index: int) -> list[Json]:
    """The events of one summary of reasoning."""
    kind, place, whole = (
        "reasoning_summary",
        {"item_id": "rs_1", "output_index": 0},
        {"type": "summary_text", "text": value},
    )
    return [
        event(f"{kind}_part.added", **place, part={**whole, "text": ""}, summary_index=index),
        event(f"{kind}_text.delta", delta=value, **place, summary_index=index),
        event(f"{kind}_text.done", **place, summary_index=index, text=value),
        event(f"{kind}_part.done", **place, part=whole, summary_index=index),
    ]


def logprob(token: str, value: float) -> Json:
    return {"bytes": list(token.encode()), "logprob": value, "token": token, "top_logprobs": []}


TOKEN_LOGPROBS = [logprob("Hé", -0.5), logprob("!", -0.25)]
BEGIN = [event("created", response="in_progress"), event("in_progress", response="in_progress")]
END = event("completed", response="completed")
CUSTOM = {"item_id": "ctc_1", "output_index": 0}
NO = {"content_index": 0, "item_id": "msg_1", "output_index": 0}

SEQUENCES: dict[str, tuple[Reply, Json, list[Json]]] = {
    "text": (Reply(Chunks("Hi", " you")), {}, [*BEGIN, *message_events("Hi", " you"), END]),
    "function call": (Reply(PARIS), {}, [*BEGIN, *called(["{", '"a"', "}"]), END]),
    "parallel calls": (Reply(PARIS, ROME), {}, [*BEGIN, *called(["{", '"a"', "}"]), *called(["{}"], 2, 1), END]),
    "custom tool": (
        Reply(ToolCall("shell", "ls")),
        {},
        [
            *BEGIN,
            added(custom_call("", "in_progress")),
            event("custom_tool_call_input.delta", delta="ls", **CUSTOM),
            event("custom_tool_call_input.done", input="ls", **CUSTOM),
            done(custom_call("ls")),
            END,
        ],
    ),
    "refusal": (
        Reply(Refusal("No.")),
        {},
        [
            *BEGIN,
            added(message(status="in_progress")),
            part("added", refusal("")),
            event("refusal.delta", content_index=0, delta="No.", item_id="msg_1", output_index=0),
            event("refusal.done", **NO, refusal="No."),
            part("done", refusal("No.")),
            done(message(refusal("No."))),
            END,
        ],
    ),
    "reasoning with summaries": (
        Reply(Reasoning("Hm."), Reasoning("Ah."), Chunks("Hi")),
        {"model": "gpt-5"},
        [
            *BEGIN,
            added(reasoning()),
            *summed("Hm.", 0),
            *summed("Ah.", 1),
            done(reasoning("Hm.", "Ah.", hidden=2)),
            *message_events("Hi", index=1),
            END,
        ],
    ),
    "reasoning without a summary": (
        Reply(Reasoning(""), Chunks("Hi")),
        {"model": "gpt-5"},
        [*BEGIN, added(reasoning()), done(reasoning(hidden=2)), *message_events("Hi", index=1), END],
    ),
    "cut by the limit": (
        Reply(Chunks("Hi"), finish_reason="length"),
        {},
        [*BEGIN, *message_events("Hi", status="incomplete"), event("incomplete", response="incomplete")],
    ),
    "log probabilities": (
        Reply(Text("Hé!"), logprobs=[("Hé", -0.5), ("!", -0.25)]),
        {"include": LOGPROBS},
        [
            *BEGIN,
            added(message(status="in_progress")),
            part("added", text("")),
            delta("Hé", TOKEN_LOGPROBS[0]),
            delta("!", TOKEN_LOGPROBS[1]),
            text_done("Hé!", *TOKEN_LOGPROBS),
            part("done", text("Hé!")),
            done(message(text("Hé!", TOKEN_LOGPROBS))),
            END,
        ],
    ),
}


def shown(stream: list[Json]) -> list[str]:
    """Events as text: ids by rank, responses by status, without numbers and padding."""
    for number, each in enumerate(stream):
        assert each.pop("sequence_number") == number
        each.pop("obfuscation", None)
        if "response" in each:
            each["response"] = each["response"]["status"]
    return [json.dumps(each) for each in anonymous(stream)]


@pytest.mark.parametrize("case", SEQUENCES)
def test_sends_this_sequence(fake_openai: FakeOpenAI, case: str) -> None:
    reply, fields, expected = SEQUENCES[case]
    fake_openai.script(reply)
    stream = events(post(fake_openai, stream=True, tools=TOOLS, **fields))
    assert shown(stream) == [json.dumps(each) for each in expected]


@pytest.mark.parametrize("case", SEQUENCES)
def test_carries_the_response_as_it_is_then(fake_openai: FakeOpenAI, case: str) -> None:
    reply, fields, _ = SEQUENCES[case]
    fake_openai.script(reply)
    responses = [
        each["response"] for each in events(post(fake_openai, stream=True, tools=TOOLS, **fields)) if "response" in each
    ]
    fake_openai.reset()
    fake_openai.script(reply)
    whole = post(fake_openai, tools=TOOLS, **fields).json
    del whole["billing"]
    early: Json = {"status": "in_progress", "completed_at": None, "incomplete_details": None, "output": []}
    begun = {**whole, **early, "service_tier": "auto", "usage": None}
    assert [json.dumps(each) for each in responses] == [json.dumps(each) for each in (begun, begun, whole)]


@pytest.mark.parametrize(
    ("error", "code"), [(QuotaExceeded(), "insufficient_quota"), (ApiError(500, "Oh"), "server_error")]
)
def test_fails_after_the_start_with_this_sequence(fake_openai: FakeOpenAI, error: ApiError, code: str) -> None:
    fake_openai.script(Reply(Reasoning(""), error))
    *begun, error_event, failed = events(post(fake_openai, stream=True, model="gpt-5"))
    body = error.body()
    envelope = {name: body[name] for name in ("type", "code", "message", "param")}
    assert shown(begun) == [json.dumps(each) for each in (*BEGIN, added(reasoning()))]
    assert json.dumps(error_event) == json.dumps({"type": "error", "sequence_number": 3, "error": envelope})
    response = failed["response"]
    assert (failed["type"], response["status"], response["output"], response["usage"]) == (
        "response.failed",
        "failed",
        [],
        None,
    )
    assert json.dumps(response["error"]) == json.dumps({"code": code, "message": body["message"]})


def test_runs_in_the_background_with_this_sequence(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Chunks("Hi"))
    stream = events(post(fake_openai, stream=True, background=True))
    names = ["sequence_number", "item_id", "output_index", "item", "content_index", "part", "delta", "text", "logprobs"]
    assert [each["type"].removeprefix("response.") for each in stream] == [
        *("created", "queued", "in_progress", "output_item.added", "content_part.added"),
        *("output_text.delta", "output_text.done", "content_part.done", "output_item.done", "completed"),
    ]
    assert [list(each) for each in stream[:2]] == [["type", "response", "sequence_number"]] * 2
    for each in stream[2:]:
        order = ["type", *(name for name in [*names, "response", "obfuscation"] if name in each)]
        assert list(each) == order
