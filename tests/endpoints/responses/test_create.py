"""A response that is not streamed: its object, its bytes, and what of the request it repeats."""

from __future__ import annotations

import json
import re

import openai
import pytest

from pytest_fakeopenai import ApiError, Chunks, FakeOpenAI, RateLimit, Reasoning, Refusal, Reply, ToolCall

from .._requests import both_clients, both_ways, error
from ._requests import (
    FIRST_SECOND,
    PARIS,
    PARIS_JSON,
    ROME,
    ROME_JSON,
    TOOLS,
    Json,
    anonymous,
    create_response,
    custom_call,
    function_call,
    message,
    post,
    reasoning,
    refusal,
    text,
    wire,
)

PLAIN_REASONING = {"context": None, "effort": None, "summary": None}
REASONING = {"context": "current_turn", "effort": "medium", "mode": "standard", "summary": None}
NO_IMAGES = {"image_tokens": 0, "text_tokens": 0}


@pytest.mark.parametrize(
    ("model", "snapshot", "settings"),
    [("gpt-4o", "gpt-4o-2024-08-06", PLAIN_REASONING), ("gpt-5", "gpt-5-2025-08-07", REASONING)],
    ids=["plain", "thinks"],
)
def test_answers_with_these_bytes(fake_openai: FakeOpenAI, model: str, snapshot: str, settings: Json) -> None:
    fake_openai.script("Olá 😀")
    answer = post(fake_openai, model=model)
    expected = {
        "id": answer.json["id"],
        "object": "response",
        "created_at": FIRST_SECOND,
        "status": "completed",
        "background": False,
        "billing": {"payer": "developer"},
        "completed_at": FIRST_SECOND,
        "error": None,
        "frequency_penalty": 0.0,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": None,
        "max_tool_calls": None,
        "model": snapshot,
        "moderation": None,
        "output": [message(text("Olá 😀"), id=answer.json["output"][0]["id"])],
        "parallel_tool_calls": True,
        "presence_penalty": 0.0,
        "previous_response_id": None,
        "prompt_cache_key": None,
        "prompt_cache_retention": "in_memory",
        "reasoning": settings,
        "safety_identifier": None,
        "service_tier": "default",
        "store": True,
        "temperature": 1.0,
        "text": {"format": {"type": "text"}, "verbosity": "medium"},
        "tool_choice": "auto",
        "tool_usage": {
            "image_gen": {
                "input_tokens": 0,
                "input_tokens_details": NO_IMAGES,
                "output_tokens": 0,
                "output_tokens_details": NO_IMAGES,
                "total_tokens": 0,
            },
            "web_search": {"num_requests": 0},
        },
        "tools": [],
        "top_logprobs": 0,
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": answer.json["usage"],
        "user": None,
        "metadata": {},
    }
    assert answer.body == json.dumps(expected, indent=2).encode()
    assert rb"Ol\u00e1 \ud83d\ude00" in answer.body


@both_clients
def test_is_the_clients_response(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(Reply(Reasoning("Let me think."), "Hello!", ToolCall("get_weather", {"city": "Paris"})))
    response = create_response(fake_openai, kind, model="gpt-5", tools=TOOLS)
    assert wire(response) == fake_openai.requests.only.response
    assert response.output_text == "Hello!"
    assert [item.type for item in response.output] == ["reasoning", "message", "function_call"]


OUTPUTS: list[tuple[str, tuple[object, ...], list[Json]]] = [
    ("nothing", (), []),
    ("text", ("Hello!",), [message(text("Hello!"))]),
    ("no text", ("",), [message(text(""))]),
    ("chunks", (Chunks("Hel", "lo"), "!"), [message(text("Hello!"))]),
    ("call", (PARIS,), [function_call(PARIS_JSON)]),
    ("calls", (PARIS, ROME), [function_call(PARIS_JSON), function_call(ROME_JSON, 2)]),
    ("broken call", (ToolCall("get_weather", '{"city"'),), [function_call('{"city"')]),
    (
        "text around calls",
        ("One.", PARIS, "Two.", ROME, "Three."),
        [
            message(text("One.")),
            function_call(PARIS_JSON),
            message(text("Two."), id="msg_2"),
            function_call(ROME_JSON, 2),
            message(text("Three."), id="msg_3"),
        ],
    ),
    ("custom", (ToolCall("shell", "ls -l"),), [custom_call("ls -l")]),
    ("refusal", (Refusal("No."),), [message(refusal("No."))]),
    ("text and refusal", ("Well,", Refusal("no."), "Bye."), [message(text("Well,"), refusal("no."), text("Bye."))]),
    ("reasoning", (Reasoning("Hm."),), [reasoning("Hm.")]),
    ("summaries", (Reasoning("Hm."), Reasoning("Ah.")), [reasoning("Hm.", "Ah.")]),
    ("no summary", (Reasoning(""), "Yes."), [reasoning(), message(text("Yes."))]),
    (
        "reasoning twice",
        (Reasoning("Hm."), "Yes.", PARIS, Reasoning("Ah.")),
        [reasoning("Hm."), message(text("Yes.")), function_call(PARIS_JSON), reasoning("Ah.", id="rs_2", hidden=2)],
    ),
]


@pytest.mark.parametrize(("parts", "output"), [case[1:] for case in OUTPUTS], ids=[case[0] for case in OUTPUTS])
def test_says_each_part_as_an_item(fake_openai: FakeOpenAI, parts: tuple[object, ...], output: list[Json]) -> None:
    fake_openai.script(Reply(*parts))
    response = post(fake_openai, tools=TOOLS).json
    assert response["status"] == "completed"
    assert json.dumps(anonymous(response["output"])) == json.dumps(output)


@pytest.mark.parametrize(
    ("model", "phases"),
    [("gpt-5.4", ["commentary", "final_answer"]), ("gpt-5.2", [None, None]), ("gpt-4o", [None, None])],
)
def test_tells_the_phase_of_a_message(fake_openai: FakeOpenAI, model: str, phases: list[str | None]) -> None:
    fake_openai.script(Reply("Let me look.", PARIS, "It rains."))
    first, _, last = post(fake_openai, model=model, tools=TOOLS).json["output"]
    assert [each.get("phase") for each in (first, last)] == phases
    assert list(first) == ["id", "type", "status", "content", *(["phase"] if phases[0] else []), "role"]


@pytest.mark.parametrize(
    ("store", "include", "encrypted"),
    [
        (True, [], True),
        (None, None, True),
        (False, [], False),
        (False, ["reasoning.encrypted_content"], True),
    ],
)
def test_encrypts_reasoning_where_it_may_be_continued(
    fake_openai: FakeOpenAI, store: bool | None, include: list[str] | None, encrypted: bool
) -> None:
    fake_openai.script(Reasoning("Hm."))
    fields = {name: value for name, value in (("store", store), ("include", include)) if value is not None}
    (item,) = post(fake_openai, model="gpt-5", **fields).json["output"]
    hidden = re.fullmatch(r"gAAAAAB[-\w]+=*", item.get("encrypted_content", ""))
    assert (hidden is not None, "encrypted_content" in item) == (encrypted, encrypted)
    assert list(item) == ["id", "type", "content", *(["encrypted_content"] if encrypted else []), "summary"]


def test_calls_a_tool_by_the_id_that_the_reply_gives(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(ToolCall("get_weather", {}, "call_mine"))
    (call,) = create_response(fake_openai, tools=TOOLS).output
    assert call.call_id == "call_mine"


@pytest.mark.parametrize(
    ("finish_reason", "reason"), [("length", "max_output_tokens"), ("content_filter", "content_filter")]
)
def test_is_incomplete_where_the_reply_was_cut(fake_openai: FakeOpenAI, finish_reason: str, reason: str) -> None:
    fake_openai.script(Reply(PARIS, "Hel", finish_reason=finish_reason))
    response = post(fake_openai, tools=TOOLS).json
    assert (response["status"], response["incomplete_details"], response["completed_at"]) == (
        "incomplete",
        {"reason": reason},
        None,
    )
    assert [item["status"] for item in response["output"]] == ["completed", "incomplete"]
    assert response["usage"]["output_tokens"] > 0
    assert response["billing"] == {"payer": "developer"}


@pytest.mark.parametrize("finish_reason", ["stop", "tool_calls"])
def test_is_complete_for_other_finish_reasons(fake_openai: FakeOpenAI, finish_reason: str) -> None:
    fake_openai.script(Reply("Hello!", finish_reason=finish_reason))
    response = post(fake_openai).json
    assert (response["status"], response["incomplete_details"]) == ("completed", None)


@both_ways
@both_clients
def test_answers_an_error_as_its_status(fake_openai: FakeOpenAI, kind: str, stream: bool) -> None:
    fake_openai.script(ApiError(404, "No {model}", param="model", code="model_not_found"))
    with pytest.raises(openai.NotFoundError) as caught:
        create_response(fake_openai, kind, stream=stream)
    assert {"error": caught.value.body} == error("No gpt-4o", param="model", code="model_not_found")
    assert caught.value.response.headers["content-type"] == "application/json"


def test_answers_an_error_after_text_as_its_status(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hel", ApiError(403, "Stop")))
    answer = post(fake_openai)
    assert (answer.status, answer.json) == (403, error("Stop"))


@both_clients
def test_is_asked_again_after_a_rate_limit(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(RateLimit(), "Hello!")
    assert create_response(fake_openai, kind).output_text == "Hello!"
    assert [(request.status, request.attempt) for request in fake_openai.requests] == [(429, 0), (200, 1)]


def test_queues_a_response_in_the_background(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Hello!")
    response = post(fake_openai, background=True).json
    shown = ("status", "background", "output", "usage", "service_tier", "completed_at")
    assert {name: response[name] for name in shown} == {
        "status": "queued",
        "background": True,
        "output": [],
        "usage": None,
        "service_tier": "auto",
        "completed_at": None,
    }
    assert "billing" not in response
    assert response["id"][21:23] == "00"
