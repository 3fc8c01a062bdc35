"""A streamed response: which events, in which order, with which fields, to the byte."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from pytest_fakeopenai import ApiError, Chunks, FakeOpenAI, Logprob, QuotaExceeded, Reasoning, Refusal, Reply, ToolCall

from .._requests import both_clients
from ._requests import (
    LOGPROBS,
    PARIS,
    PARIS_JSON,
    ROME,
    ROME_JSON,
    TOOLS,
    Json,
    anonymous,
    create_response,
    custom_call,
    events,
    function_call,
    message,
    post,
    reasoning,
    refusal,
    text,
    types,
    wire,
)

# Texts and figures are those of words; tokens have tests of their own.
pytestmark = pytest.mark.usefixtures("without_tokenizer")

BEGIN, END = ["created", "in_progress"], ["completed"]
ADDED, DONE = "output_item.added", "output_item.done"
PART_ADDED, PART_DONE = "content_part.added", "content_part.done"
TEXT_PART = [PART_ADDED, "output_text.delta", "output_text.done", PART_DONE]
REFUSED = [PART_ADDED, "refusal.delta", "refusal.done", PART_DONE]
CALLED = [ADDED, *["function_call_arguments.delta"] * 5, "function_call_arguments.done", DONE]
SUMMED = [f"reasoning_summary_{kind}" for kind in ("part.added", "text.delta", "text.done", "part.done")]

FLOWS: dict[str, tuple[tuple[object, ...], list[str]]] = {
    "nothing": ((), []),
    "text": (("Hello!",), [ADDED, *TEXT_PART, DONE]),
    "no text": (("",), [ADDED, PART_ADDED, "output_text.done", PART_DONE, DONE]),
    "words": (
        ("One two  three\n",),
        [ADDED, PART_ADDED, *["output_text.delta"] * 4, "output_text.done", PART_DONE, DONE],
    ),
    "chunks": (
        (Chunks("He", "l lo"), "!"),
        [ADDED, PART_ADDED, *["output_text.delta"] * 3, "output_text.done", PART_DONE, DONE],
    ),
    "call": ((PARIS,), CALLED),
    "calls": ((PARIS, ROME), CALLED * 2),
    "no arguments": (
        (ToolCall("get_weather", ""),),
        [ADDED, "function_call_arguments.done", DONE],
    ),
    "text around calls": (
        ("One.", PARIS, "Two.", ROME, "Three."),
        [ADDED, *TEXT_PART, DONE, *CALLED, ADDED, *TEXT_PART, DONE, *CALLED, ADDED, *TEXT_PART, DONE],
    ),
    "custom": (
        (ToolCall("shell", "ls"),),
        [ADDED, "custom_tool_call_input.delta", "custom_tool_call_input.done", DONE],
    ),
    "refusal": ((Refusal("No."),), [ADDED, *REFUSED, DONE]),
    "text and refusal": (("Well,", Refusal("no."), "Bye."), [ADDED, *TEXT_PART, *REFUSED, *TEXT_PART, DONE]),
    "reasoning": ((Reasoning("Hm."),), [ADDED, *SUMMED, DONE]),
    "summaries": ((Reasoning("Hm."), Reasoning("Ah.")), [ADDED, *SUMMED, *SUMMED, DONE]),
    "no summary": ((Reasoning(""), "Yes."), [ADDED, DONE, ADDED, *TEXT_PART, DONE]),
    "reasoning, text, call": (
        (Reasoning("Hm."), "Yes.", PARIS),
        [ADDED, *SUMMED, DONE, ADDED, *TEXT_PART, DONE, *CALLED],
    ),
}
flows = pytest.mark.parametrize(("parts", "between"), FLOWS.values(), ids=FLOWS)
replies = pytest.mark.parametrize("parts", [parts for parts, _ in FLOWS.values()], ids=FLOWS)

# What each event carries; every one also has its type, first, and its sequence number.
PLACE = {"item_id", "output_index"}
CONTENT = {*PLACE, "content_index"}
SUMMARY = {*PLACE, "summary_index"}
FIELDS = {
    "created": {"response"},
    "in_progress": {"response"},
    "completed": {"response"},
    "output_item.added": {"item", "output_index"},
    "output_item.done": {"item", "output_index"},
    "content_part.added": {*CONTENT, "part"},
    "content_part.done": {*CONTENT, "part"},
    "output_text.delta": {*CONTENT, "delta", "logprobs", "obfuscation"},
    "output_text.done": {*CONTENT, "logprobs", "text"},
    "refusal.delta": {*CONTENT, "delta"},
    "refusal.done": {*CONTENT, "refusal"},
    "function_call_arguments.delta": {*PLACE, "delta", "obfuscation"},
    "function_call_arguments.done": {*PLACE, "arguments"},
    "custom_tool_call_input.delta": {*PLACE, "delta", "obfuscation"},
    "custom_tool_call_input.done": {*PLACE, "input"},
    "reasoning_summary_part.added": {*SUMMARY, "part"},
    "reasoning_summary_part.done": {*SUMMARY, "part"},
    "reasoning_summary_text.delta": {*SUMMARY, "delta", "obfuscation"},
    "reasoning_summary_text.done": {*SUMMARY, "text"},
}


def streamed_events(fake: FakeOpenAI, *parts: object, **body: Any) -> list[Json]:
    """The events of a reply of these parts."""
    fake.script(Reply(*parts))
    return events(post(fake, stream=True, tools=TOOLS, **body))


def inner(stream: list[Json]) -> list[Json]:
    """The events between the beginning and the end, without what is the same everywhere."""
    plain = [{k: v for k, v in event.items() if k not in ("sequence_number", "obfuscation")} for event in stream[2:-1]]
    return anonymous([{**event, "type": event["type"].removeprefix("response.")} for event in plain])  # type: ignore[no-any-return]  # JSON is anything


@flows
def test_sends_these_events(fake_openai: FakeOpenAI, parts: tuple[object, ...], between: list[str]) -> None:
    assert types(streamed_events(fake_openai, *parts)) == [*BEGIN, *between, *END]


@replies
def test_gives_each_event_its_fields_in_order(fake_openai: FakeOpenAI, parts: tuple[object, ...]) -> None:
    for number, event in enumerate(streamed_events(fake_openai, *parts)):
        (kind,) = types([event])
        assert list(event) == ["type", *sorted({*FIELDS[kind], "sequence_number"})]
        assert event["sequence_number"] == number


@replies
def test_pads_deltas_to_sixteen_characters(fake_openai: FakeOpenAI, parts: tuple[object, ...]) -> None:
    padded = [event for event in streamed_events(fake_openai, *parts) if "obfuscation" in event]
    for event in padded:
        assert re.fullmatch("[0-9A-Za-z]{0,15}", event["obfuscation"])
        assert (len(event["delta"]) + len(event["obfuscation"])) % 16 == 0
    plain = streamed_events(fake_openai, *parts, stream_options={"include_obfuscation": False})
    assert [event["type"] for event in plain if "obfuscation" in event] == []
    assert len([event for event in plain if "delta" in event and "refusal" not in event["type"]]) == len(padded)


@pytest.mark.parametrize("options", [None, {}, {"include_obfuscation": True}])
def test_pads_unless_told_not_to(fake_openai: FakeOpenAI, options: Json | None) -> None:
    delta = streamed_events(fake_openai, "Hello!", stream_options=options)[4]
    assert (delta["delta"], len(delta["obfuscation"])) == ("Hello!", 10)


@replies
def test_ends_with_the_response_that_is_answered_whole(fake_openai: FakeOpenAI, parts: tuple[object, ...]) -> None:
    streamed = streamed_events(fake_openai, *parts)
    fake_openai.reset()
    fake_openai.script(Reply(*parts))
    whole = post(fake_openai, tools=TOOLS).json
    assert whole.pop("billing") == {"payer": "developer"}
    assert json.dumps(streamed[-1]["response"]) == json.dumps(whole)


@replies
def test_begins_with_the_response_as_it_is_then(fake_openai: FakeOpenAI, parts: tuple[object, ...]) -> None:
    created, in_progress, *_, completed = streamed_events(fake_openai, *parts)
    unfinished: Json = {
        "status": "in_progress",
        "output": [],
        "usage": None,
        "service_tier": "auto",
        "completed_at": None,
    }
    assert created["response"] == {**completed["response"], **unfinished}
    assert in_progress["response"] == created["response"]
    assert list(created["response"]) == list(completed["response"])


@replies
def test_repeats_in_done_what_the_deltas_add_up_to(fake_openai: FakeOpenAI, parts: tuple[object, ...]) -> None:
    joined: dict[tuple[object, ...], str] = {}
    for event in streamed_events(fake_openai, *parts):
        family, _, step = event["type"].rpartition(".")
        key = (family, event.get("item_id"), event.get("content_index"), event.get("summary_index"))
        if step == "delta":
            joined[key] = joined.get(key, "") + event["delta"]
        elif step == "done" and not family.endswith(("_item", "_part")):
            whole = {"text", "refusal", "arguments", "input"} & event.keys()
            assert joined.get(key, "") == event[whole.pop()]


@replies
@both_clients
def test_reaches_the_client_event_by_event(fake_openai: FakeOpenAI, kind: str, parts: tuple[object, ...]) -> None:
    fake_openai.script(Reply(*parts))
    received = create_response(fake_openai, kind, stream=True, tools=TOOLS)
    assert [wire(event) for event in received] == fake_openai.requests.only.events


def test_sends_text_as_it_is(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("é😀")
    answer = post(fake_openai, stream=True)
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert '"delta":"é😀"'.encode() in answer.body
    assert answer.body.endswith(b"}\n\n")
    assert b"[DONE]" not in answer.body


def test_tells_of_a_text(fake_openai: FakeOpenAI) -> None:
    place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    assert inner(streamed_events(fake_openai, Chunks("Hel", "lo"))) == [
        {"type": ADDED, "item": message(status="in_progress"), "output_index": 0},
        {"type": PART_ADDED, "part": text(""), **place},
        {"type": "output_text.delta", "delta": "Hel", "logprobs": [], **place},
        {"type": "output_text.delta", "delta": "lo", "logprobs": [], **place},
        {"type": "output_text.done", "text": "Hello", "logprobs": [], **place},
        {"type": PART_DONE, "part": text("Hello"), **place},
        {"type": DONE, "item": message(text("Hello")), "output_index": 0},
    ]


def test_tells_of_a_refusal_after_text(fake_openai: FakeOpenAI) -> None:
    first = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    second = {**first, "content_index": 1}
    assert inner(streamed_events(fake_openai, "Well,", Refusal("no."))) == [
        {"type": ADDED, "item": message(status="in_progress"), "output_index": 0},
        {"type": PART_ADDED, "part": text(""), **first},
        {"type": "output_text.delta", "delta": "Well,", "logprobs": [], **first},
        {"type": "output_text.done", "text": "Well,", "logprobs": [], **first},
        {"type": PART_DONE, "part": text("Well,"), **first},
        {"type": PART_ADDED, "part": refusal(""), **second},
        {"type": "refusal.delta", "delta": "no.", **second},
        {"type": "refusal.done", "refusal": "no.", **second},
        {"type": PART_DONE, "part": refusal("no."), **second},
        {"type": DONE, "item": message(text("Well,"), refusal("no.")), "output_index": 0},
    ]


def arguments(pieces: list[str], whole: str, n: int) -> list[Json]:
    place = {"item_id": f"fc_{n}", "output_index": n - 1}
    kind = "function_call_arguments"
    return [
        {"type": ADDED, "item": function_call("", n, "in_progress"), "output_index": n - 1},
        *({"type": f"{kind}.delta", "delta": piece, **place} for piece in pieces),
        {"type": f"{kind}.done", "arguments": whole, **place},
        {"type": DONE, "item": function_call(whole, n), "output_index": n - 1},
    ]


def test_tells_of_parallel_calls(fake_openai: FakeOpenAI) -> None:
    assert inner(streamed_events(fake_openai, PARIS, ROME)) == [
        *arguments(["{", '"city"', ":", '"Paris"', "}"], PARIS_JSON, 1),
        *arguments(["{", '"city"', ":", '"Rome"', "}"], ROME_JSON, 2),
    ]


def test_tells_of_a_custom_tool(fake_openai: FakeOpenAI) -> None:
    place = {"item_id": "ctc_1", "output_index": 0}
    assert inner(streamed_events(fake_openai, ToolCall("shell", "ls -"))) == [
        {"type": ADDED, "item": custom_call("", "in_progress"), "output_index": 0},
        {"type": "custom_tool_call_input.delta", "delta": "ls", **place},
        {"type": "custom_tool_call_input.delta", "delta": " -", **place},
        {"type": "custom_tool_call_input.done", "input": "ls -", **place},
        {"type": DONE, "item": custom_call("ls -"), "output_index": 0},
    ]


def summary(value: str, index: int) -> list[Json]:
    place = {"item_id": "rs_1", "output_index": 0, "summary_index": index}
    return [
        {"type": SUMMED[0], "part": {"type": "summary_text", "text": ""}, **place},
        {"type": SUMMED[1], "delta": value, **place},
        {"type": SUMMED[2], "text": value, **place},
        {"type": SUMMED[3], "part": {"type": "summary_text", "text": value}, **place},
    ]


def test_tells_of_reasoning(fake_openai: FakeOpenAI) -> None:
    assert inner(streamed_events(fake_openai, Reasoning("Hm."), Reasoning("Ah."), model="o3")) == [
        {"type": ADDED, "item": reasoning(), "output_index": 0},
        *summary("Hm.", 0),
        *summary("Ah.", 1),
        {"type": DONE, "item": reasoning("Hm.", "Ah.", hidden=2), "output_index": 0},
    ]


def test_gives_logprobs_to_those_who_ask(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hé", "llo", logprobs=[Logprob("Hé", -0.5, (("He", -1.5),)), ("llo", -0.25)]))
    stream = events(post(fake_openai, stream=True, include=LOGPROBS, top_logprobs=1))
    top = {"bytes": [72, 101], "logprob": -1.5, "token": "He"}
    entries = [
        {"bytes": [72, 195, 169], "logprob": -0.5, "token": "Hé", "top_logprobs": [top]},
        {"bytes": [108, 108, 111], "logprob": -0.25, "token": "llo", "top_logprobs": []},
    ]
    deltas = [event for event in stream if event["type"] == "response.output_text.delta"]
    assert [(event["delta"], event["logprobs"]) for event in deltas] == [("Hé", entries[:1]), ("llo", entries[1:])]
    (done,) = (event for event in stream if event["type"] == "response.output_text.done")
    assert (done["text"], done["logprobs"]) == ("Héllo", entries)
    (part,) = stream[-1]["response"]["output"][0]["content"]
    assert json.dumps(part) == json.dumps(text("Héllo", entries))


@pytest.mark.parametrize("top", [0, 3])
def test_invents_logprobs_piece_by_piece(fake_openai: FakeOpenAI, top: int) -> None:
    stream = streamed_events(fake_openai, "One two", include=LOGPROBS, top_logprobs=top)
    deltas = [event for event in stream if event["type"] == "response.output_text.delta"]
    assert [event["delta"] for event in deltas] == ["One", " two"]
    for event in deltas:
        (entry,) = event["logprobs"]
        assert entry["token"] == event["delta"]
        assert -1 < entry["logprob"] <= 0
        assert len(entry["top_logprobs"]) == top


@pytest.mark.parametrize("include", [[], ["reasoning.encrypted_content"]])
def test_gives_no_logprobs_unasked(fake_openai: FakeOpenAI, include: list[str]) -> None:
    stream = streamed_events(fake_openai, "One", include=include)
    assert [event["logprobs"] for event in stream if "logprobs" in event] == [[], []]


@pytest.mark.parametrize(
    ("finish_reason", "reason"), [("length", "max_output_tokens"), ("content_filter", "content_filter")]
)
def test_ends_incomplete_where_the_reply_was_cut(fake_openai: FakeOpenAI, finish_reason: str, reason: str) -> None:
    fake_openai.script(Reply(PARIS, "Hel", finish_reason=finish_reason))
    *begun, last = events(post(fake_openai, stream=True, tools=TOOLS))
    assert types([*begun, last]) == [*BEGIN, *CALLED, ADDED, *TEXT_PART, DONE, "incomplete"]
    assert begun[-1]["item"]["status"] == "incomplete"
    response = last["response"]
    assert (response["status"], response["incomplete_details"]) == ("incomplete", {"reason": reason})
    assert [item["status"] for item in response["output"]] == ["completed", "incomplete"]
    assert response["completed_at"] is None
    assert response["usage"]["output_tokens"] > 0


@pytest.mark.parametrize(
    ("error", "code"), [(QuotaExceeded(), "insufficient_quota"), (ApiError(500, "Oh, {model}"), "server_error")]
)
def test_fails_after_the_start(fake_openai: FakeOpenAI, error: ApiError, code: str) -> None:
    *begun, error_event, failed = streamed_events(fake_openai, "Hel", error)
    assert types([*begun, error_event, failed]) == [*BEGIN, ADDED, *TEXT_PART[:2], "error", "failed"]
    body = error.body("gpt-4o")
    assert list(error_event) == ["type", "sequence_number", "error"]
    assert json.dumps(error_event["error"]) == json.dumps(
        {name: body[name] for name in ("type", "code", "message", "param")}
    )
    response = failed["response"]
    assert (response["status"], response["output"], response["usage"]) == ("failed", [], None)
    assert response["error"] == {"code": code, "message": body["message"]}
    assert (response["service_tier"], response["completed_at"]) == ("default", None)
    assert [event["sequence_number"] for event in (error_event, failed)] == [5, 6]


def test_sends_the_id_and_the_model_that_the_reply_gives(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hello!", id="resp_mine", model="gpt-4o-2024-08-06"))
    stream = events(post(fake_openai, stream=True))
    identities = [(event["response"]["id"], event["response"]["model"]) for event in stream if "response" in event]
    assert identities == [("resp_mine", "gpt-4o-2024-08-06")] * 3


def test_queues_first_in_the_background(fake_openai: FakeOpenAI) -> None:
    created, queued, in_progress, *output, completed = streamed_events(fake_openai, "Hello!", background=True)
    assert types([created, queued, in_progress]) == ["created", "queued", "in_progress"]
    assert types([*output, completed]) == [ADDED, *TEXT_PART, DONE, *END]
    assert created["response"] == queued["response"]
    assert list(queued) == ["type", "response", "sequence_number"]
    assert list(in_progress) == ["type", "sequence_number", "response"]
    delta = next(event for event in output if "delta" in event)
    place = ["item_id", "output_index", "content_index"]
    assert list(delta) == ["type", "sequence_number", *place, "delta", "logprobs", "obfuscation"]
    assert in_progress["response"] == {**queued["response"], "status": "in_progress"}
    assert [event["response"]["status"] for event in (queued, completed)] == ["queued", "completed"]
    assert all(event["response"]["background"] for event in (created, completed))
    assert "billing" not in completed["response"]
