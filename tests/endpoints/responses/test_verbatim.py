"""SDK objects as replies: sent as they are, or streamed as what they say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from openai.types.chat import ChatCompletion
from openai.types.responses import Response

from pytest_fakeopenai import FakeOpenAI, Reasoning, Refusal, Reply, VerdictError

from .._requests import both_clients, both_ways
from ._requests import (
    PARIS,
    PARIS_JSON,
    TOOLS,
    Json,
    anonymous,
    create_response,
    custom_call,
    events,
    function_call,
    get,
    message,
    post,
    reasoning,
    refusal,
    text,
    types,
    usage,
    wire,
)

OUTPUT: list[Json] = [
    reasoning("Hm.", "Ah."),
    message(text("Hello!"), refusal("no")),
    function_call(PARIS_JSON),
    reasoning(id="rs_2"),
    custom_call("ls"),
]


def response(*output: Json, **fields: Any) -> Any:
    """A response as the SDK holds it, with no more than what it needs."""
    required = {"id": "resp_mine", "object": "response", "created_at": 1, "model": "gpt-mine", "output": list(output)}
    return Response.construct(**{**required, "tools": [], "tool_choice": "auto", "parallel_tool_calls": True, **fields})


@both_clients
def test_sends_a_response_as_it_is(fake_openai: FakeOpenAI, kind: str) -> None:
    scripted = response(*OUTPUT, status="in_progress", surprise={"é": 1})
    fake_openai.script(scripted)
    got = create_response(fake_openai, kind)
    assert wire(got) == wire(scripted)
    assert fake_openai.requests.only.response == wire(scripted)


def test_sends_a_response_in_the_layout_of_the_api(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(response(message(text("é"))))
    body = post(fake_openai).body
    assert body.startswith(b'{\n  "id": "resp_mine",\n')
    assert b'"text": "\\u00e9"' in body


def disguised(item: Json) -> Json:
    """An item without what is made anew wherever it is sent."""
    return {key: value for key, value in item.items() if key not in ("id", "encrypted_content")}


@both_clients
def test_streams_what_a_response_says(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(response(*OUTPUT, usage=usage(10, 20, 5)))
    *_, completed = create_response(fake_openai, kind, stream=True, tools=TOOLS)
    assert completed.type == "response.completed"
    response_body = wire(completed)["response"]
    assert (response_body["id"], response_body["model"], response_body["usage"]) == (
        "resp_mine",
        "gpt-mine",
        usage(10, 20, 5),
    )
    ids = [item.pop("id") for item in response_body["output"]]
    assert [id_.partition("_")[0] for id_ in ids] == ["rs", "msg", "fc", "rs", "ctc"]
    assert list(map(disguised, response_body["output"])) == list(map(disguised, OUTPUT))


def test_streams_an_incomplete_response_as_incomplete(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(
        response(message(text("Hel"), status="incomplete"), incomplete_details={"reason": "max_output_tokens"})
    )
    *_, last = events(post(fake_openai, stream=True))
    assert last["type"] == "response.incomplete"
    assert last["response"]["incomplete_details"] == {"reason": "max_output_tokens"}


def test_sends_what_another_fake_made(fake_openai: FakeOpenAI) -> None:
    with FakeOpenAI() as other:
        other.script(Reply(Reasoning("Hm."), "Hello!", PARIS))
        foreign = create_response(other, tools=TOOLS)
    fake_openai.script(foreign)
    assert wire(create_response(fake_openai)) == wire(foreign)


@both_clients
def test_sends_a_list_of_events(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script(Reply(Reasoning("Hm."), "Hello!", Refusal("no"), PARIS))
    recorded = create_response(fake_openai, kind, stream=True, tools=TOOLS)
    fake_openai.reset()
    fake_openai.script(recorded)
    assert create_response(fake_openai, kind, stream=True) == recorded
    assert fake_openai.requests.only.events == list(map(wire, recorded))


def test_sends_events_under_their_names(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Hello!")
    recorded = create_response(fake_openai, stream=True)
    fake_openai.script(recorded[2:5])
    assert types(events(post(fake_openai, stream=True))) == [
        "output_item.added",
        "content_part.added",
        "output_text.delta",
    ]


def test_keeps_a_response_that_it_streams(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(response(message(text("Hello!"))))
    post(fake_openai, stream=True)
    assert anonymous(get(fake_openai, "resp_mine").json["output"]) == [message(text("Hello!"))]


def test_takes_a_response_from_a_callable(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(lambda request: response(message(text(f"You said {request.text}"))))
    assert create_response(fake_openai).output_text == "You said Hi"


def a_completion() -> Any:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hello!"}}
    return ChatCompletion.construct(id="c", object="chat.completion", created=1, model="m", choices=[choice])


def some_events() -> Any:
    with FakeOpenAI() as other:
        return create_response(other, stream=True)


def unfinished() -> Any:
    return response(message(text("Hel")), status="in_progress")


def incoherent() -> Any:
    return response({"type": "message", "content": "Hello!"})


STREAM, BLOCKING = True, False


@pytest.mark.parametrize(
    ("make", "stream", "message"),
    [
        (a_completion, BLOCKING, "<ChatCompletion> cannot answer this request to responses, which needs a Response"),
        (a_completion, STREAM, "<ChatCompletion> cannot answer this request to responses, which needs a Response"),
        (
            some_events,
            BLOCKING,
            "<ResponseCreatedEvent> cannot answer this request to responses, which needs s",
        ),
        (unfinished, STREAM, "<Response> cannot be streamed: no stream ends with the status 'in_progress'"),
        (incoherent, STREAM, "<Response> cannot be streamed: "),
    ],
)
def test_refuses_what_it_cannot_send(make: Callable[[], Any], stream: bool, message: str) -> None:
    scripted = make()
    with FakeOpenAI() as fake:
        fake.script(scripted)
        answer = post(fake, stream=stream)
        assert (answer.status, answer.json["error"]["code"]) == (400, "unfit_reply")
        assert answer.headers["x-should-retry"] == "false"
        assert message in answer.json["error"]["message"]
        with pytest.raises(VerdictError, match="cannot send the reply to request 1"):
            fake.check()
        fake.reset()


@both_ways
def test_calls_tools_that_were_never_offered(fake_openai: FakeOpenAI, stream: bool) -> None:
    fake_openai.script(response(function_call("{}", name="invented")))
    post(fake_openai, stream=stream)
    assert [item["name"] for item in fake_openai.requests.only.response["output"]] == ["invented"]


def test_streams_the_arguments_to_the_letter(fake_openai: FakeOpenAI) -> None:
    broken = '{"city" :  "Par'
    fake_openai.script(response({**function_call(broken), "call_id": "call_mine"}))
    stream = events(post(fake_openai, stream=True, tools=TOOLS))
    assert "".join(event["delta"] for event in stream if "delta" in event) == broken
    (item,) = stream[-1]["response"]["output"]
    assert (item["arguments"], item["call_id"]) == (broken, "call_mine")


@both_ways
def test_stores_a_response_that_is_sent_as_it_is(fake_openai: FakeOpenAI, stream: bool) -> None:
    fake_openai.script(response(message(text("Hello!")), status="completed"), "Again.")
    post(fake_openai, stream=stream)
    assert get(fake_openai, "resp_mine").json["output"][0]["content"][0]["text"] == "Hello!"
    assert post(fake_openai, previous_response_id="resp_mine").status == 200


def test_stores_nothing_where_the_request_says_so(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(response(message(text("Hello!")), status="completed"))
    post(fake_openai, store=False)
    assert get(fake_openai, "resp_mine").status == 404


CITED: Json = {"type": "url_citation", "start_index": 0, "end_index": 2, "title": "T", "url": "https://a.b"}
LOGPROB: Json = {"token": "Hä", "logprob": -0.5, "bytes": [72], "top_logprobs": []}
# Items as servers send them, some of types that no client knows.
ITEMS: dict[str, Json] = {
    "annotations": {"content": [{**text("Hä"), "annotations": [CITED, {**CITED, "title": "U"}]}]},
    "log probabilities": {"content": [{**text("Hä"), "logprobs": [LOGPROB]}]},
    "two texts": {
        "content": [text("One. "), text("Two."), {**refusal("No."), "odd": 1}],
        "phase": "final_answer",
        "odd": [1],
    },
    "an unknown part": {"content": [{"type": "output_picture", "data": {"a": 1}}, text("Hä")]},
    "a bare text": {"content": [{"type": "output_text", "text": "Hä"}]},
    "no content": {"content": None},
    "reasoning": {
        "type": "reasoning",
        "summary": [{"type": "summary_text", "text": "Hm."}],
        "content": [{"type": "reasoning_text", "text": "Let me think."}],
        "encrypted_content": "gAAAAAB",
    },
    "a call": {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": '{"a": 1}', "namespace": "n"},
    "a custom call": {"type": "custom_tool_call", "call_id": "call_1", "name": "g", "input": "ls"},
    "a web search": {"type": "web_search_call", "action": {"type": "search", "query": "a", "sources": None}},
    "a search in files": {
        "type": "file_search_call",
        "queries": ["a"],
        "results": [{"file_id": "file-1", "text": "b"}],
    },
    "code": {"type": "code_interpreter_call", "code": "1 + 1", "container_id": "cntr_1", "outputs": None},
    "a picture": {"type": "image_generation_call", "result": "AAAA"},
    "a call by MCP": {"type": "mcp_call", "server_label": "s", "name": "f", "arguments": "{}", "output": "ok"},
    "tools by MCP": {"type": "mcp_list_tools", "server_label": "s", "tools": []},
    "a computer": {"type": "computer_call", "call_id": "call_1", "action": {"type": "screenshot"}},
    "an unknown item": {"type": "telepathy_call", "thought": {"of": ["you"]}},
}
ENDS: list[Json] = [
    {"status": "completed"},
    {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}},
    {"status": "failed", "error": {"code": "server_error", "message": "m"}},
]


@both_clients
@pytest.mark.parametrize("end", ENDS, ids=lambda end: end["status"])
@pytest.mark.parametrize("name", ITEMS)
def test_streams_all_that_an_object_says(fake_openai: FakeOpenAI, kind: str, name: str, end: Json) -> None:
    item = {"id": "item_1", "type": "message", "role": "assistant", "status": "completed", **ITEMS[name]}
    scripted = response(item, **end, provider={"name": "x"}, usage=usage(1, 2, 0))
    fake_openai.script(scripted, scripted)

    assert wire(create_response(fake_openai, kind)) == wire(scripted)
    stream = list(map(wire, create_response(fake_openai, kind, stream=True)))

    assert [event["sequence_number"] for event in stream] == list(range(len(stream)))
    assert (stream[-1]["type"], stream[-1]["response"]) == (f"response.{end['status']}", wire(scripted))
    (done,) = [event["item"] for event in stream if event["type"] == "response.output_item.done"]
    assert done == item
    assert fake_openai.requests.last.response == wire(scripted)


def test_streams_annotations_as_events(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(response({"type": "message", "role": "assistant", **ITEMS["annotations"]}))
    stream = events(post(fake_openai, stream=True))

    added = [event for event in stream if event["type"] == "response.output_text.annotation.added"]
    assert [event["annotation"] for event in added] == ITEMS["annotations"]["content"][0]["annotations"]
    assert [event["annotation_index"] for event in added] == [0, 1]


@pytest.mark.parametrize(
    ("name", "kind", "written"),
    [("code", "code_interpreter_call_code", "1 + 1"), ("a call by MCP", "mcp_call_arguments", "{}")],
)
def test_streams_the_texts_of_calls_that_the_api_runs(
    fake_openai: FakeOpenAI, name: str, kind: str, written: str
) -> None:
    fake_openai.script(response({"id": "i", "status": "completed", **ITEMS[name]}))
    stream = events(post(fake_openai, stream=True))

    assert "".join(event["delta"] for event in stream if event["type"] == f"response.{kind}.delta") == written
    assert f"response.{ITEMS[name]['type']}.completed" in [event["type"] for event in stream]


def test_keeps_nothing_of_a_response_without_id(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Response.construct(output=[], status="completed"))

    assert post(fake_openai, stream=True).status == 200
