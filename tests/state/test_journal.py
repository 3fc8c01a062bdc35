"""The journal: every request as a value to assert on, and what became of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import threading
import urllib.parse
from typing import Any

import openai
import pytest

from pytest_fakeopenai import Disconnect, FakeOpenAI, Pace, RateLimit, RecordedRequest, Reply, ServerError, VerdictError
from pytest_fakeopenai.state.journal import Journal

from .. import plain
from ..closing import call_when_closed
from ..verdicts import verdict_of

USER: Any = [{"role": "user", "content": "Hi"}]


def ask(fake: FakeOpenAI, text: str = "Hi", **options: Any) -> Any:
    return fake.client.responses.create(model="gpt-4o", input=text, **options)


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set as soon as a request has come to its end, on the server's side."""
    event = threading.Event()
    call_when_closed(monkeypatch, event.set)
    return event


def test_records_what_came(fake_openai: FakeOpenAI) -> None:
    tools: Any = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}]
    messages: Any = [{"role": "developer", "content": "Be brief."}, *USER]
    fake_openai.client.chat.completions.create(
        model="gpt-4o", messages=messages, tools=tools, extra_headers={"X-Team": "search"}, extra_query={"a": "b c"}
    )

    request = fake_openai.requests.only
    sent = {"messages": messages, "model": "gpt-4o", "tools": tools}
    assert (request.number, request.method, request.path) == (1, "POST", "/v1/chat/completions")
    assert (request.endpoint, request.model, request.text) == ("chat.completions", "gpt-4o", "Hi")
    assert (request.system, request.stream, request.attempt) == ("Be brief.", False, 0)
    assert request.headers["x-team"] == "search"
    assert request.query == {"a": "b c"}
    assert json.loads(request.body) == request.json == sent
    assert request.messages == messages
    assert request.tools == tools
    assert (request.tool_names, request.tool_outputs) == (["f"], [])


def test_records_how_it_was_answered(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Hello")

    answer = ask(fake_openai)

    request = fake_openai.requests.only
    assert (request.reply, request.status, request.disconnected) == (Reply("Hello"), 200, False)
    assert request.response["id"] == answer.id
    assert request.response["output"][0]["content"][0]["text"] == "Hello"
    assert request.events == []
    assert request.duration is not None
    assert request.duration > 0


@pytest.mark.parametrize("surface", ["responses", "chat.completions", "completions"])
def test_records_the_events_of_a_stream_and_what_they_add_up_to(fake_openai: FakeOpenAI, surface: str) -> None:
    fake_openai.otherwise("Hello there")
    client = fake_openai.client
    send: Any = {
        "responses": lambda stream: client.responses.create(model="m", input="Hi", stream=stream),
        "chat.completions": lambda stream: client.chat.completions.create(model="m", messages=USER, stream=stream),
        "completions": lambda stream: client.completions.create(model="m", prompt="Hi", stream=stream),
    }[surface]

    received = [json.loads(event.to_json()) for event in send(True)]
    send(False)

    streamed, blocking = fake_openai.requests
    assert (streamed.stream, blocking.stream) == (True, False)
    assert len(streamed.events) == len(received) > 2
    assert [event.get("type") for event in streamed.events] == [event.get("type") for event in received]
    assert _without_ids(streamed.response) == _without_ids(blocking.response)


def _without_ids(body: dict[str, Any]) -> dict[str, Any]:
    text = re.sub(r'"(id|created|created_at|completed_at)": ?("[^"]*"|\d+)', r'"\1": 0', json.dumps(body))
    return json.loads(text)  # type: ignore[no-any-return]  # JSON is anything


@pytest.mark.parametrize(
    ("path", "body", "status", "endpoint"),
    [
        ("/v1/responses", b"{oops", 400, "responses"),
        ("/v1/responses", b"[1]", 400, "responses"),
        ("/v1/responses", b'"text"', 400, "responses"),
        ("/v1/nowhere", b"{}", 404, ""),
        ("/v1/models", b"{}", 405, ""),
        ("/v1/responses", b"\xff\xfe", 400, "responses"),
    ],
)
def test_records_what_cannot_be_read(
    fake_openai: FakeOpenAI, path: str, body: bytes, status: int, endpoint: str
) -> None:
    assert post(fake_openai, path, body) == status

    request = fake_openai.requests.only
    assert (request.status, request.endpoint, request.path, request.body) == (status, endpoint, path, body)
    assert (request.model, request.text, request.system, request.messages) == ("", "", "", [])
    assert (request.tools, request.tool_names, request.tool_outputs, request.stream) == ([], [], [], False)
    assert request.response["error"]["type"] == "invalid_request_error"


def post(fake: FakeOpenAI, path: str, body: bytes, headers: dict[str, str] | None = None) -> int:
    url = urllib.parse.urlsplit(fake.base_url)
    connection = plain.connection(fake.base_url)
    connection.request(
        "POST", url.path.removesuffix("/v1") + path, body, {"authorization": "Bearer any", **(headers or {})}
    )
    status = connection.getresponse().status
    connection.close()
    return status


def test_keeps_what_could_be_read_of_a_bad_request(fake_openai: FakeOpenAI) -> None:
    body = {"model": "gpt-4o", "tools": [{"type": "function", "name": "f"}], "stream": True}

    assert post(fake_openai, "/v1/responses", json.dumps(body).encode()) == 400

    request = fake_openai.requests.only
    assert (request.model, request.tools, request.stream) == ("gpt-4o", body["tools"], True)


def test_counts_the_retries_of_the_client(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(RateLimit(), ServerError(), "at last", "next")

    ask(fake_openai)
    ask(fake_openai)

    assert [request.attempt for request in fake_openai.requests] == [0, 1, 2, 0]
    assert [request.status for request in fake_openai.requests] == [429, 500, 200, 200]


@pytest.mark.parametrize("count", ["", "x", "-1", "1" * 10, "²"])
def test_counts_no_retry_where_the_header_is_no_number(count: str) -> None:
    request = RecordedRequest(1, "POST", "/", "", {"x-stainless-retry-count": count}, {}, b"")

    assert request.attempt == 0


@pytest.mark.parametrize("path", ["gpt-4.1-mini", "my%20model"])
def test_reads_the_model_from_the_url_of_azure(fake_openai: FakeOpenAI, path: str) -> None:
    fake_openai.azure_client.chat.completions.create(model=urllib.parse.unquote(path), messages=USER)

    assert fake_openai.requests.only.model == urllib.parse.unquote(path)


def test_hands_out_copies(fake_openai: FakeOpenAI) -> None:
    tools: Any = [{"type": "function", "name": "f", "parameters": None, "strict": False}]
    request_body = {"model": "gpt-4o", "input": [{"role": "user", "content": "Hi"}], "tools": tools}
    fake_openai.client.post("/responses", body=request_body, cast_to=object)
    request = fake_openai.requests.only

    request.json["model"] = "other"
    request.json["input"].clear()
    request.messages[0]["content"] = "other"
    request.messages.clear()
    request.tools[0]["name"] = "other"
    request.tools.clear()
    request.tool_names.append("other")
    request.tool_outputs.append("other")

    assert request.json == request_body
    assert (request.model, request.text) == ("gpt-4o", "Hi")
    assert request.messages == [{"role": "user", "content": "Hi"}]
    assert (request.tools, request.tool_names, request.tool_outputs) == (tools, ["f"], [])
    assert fake_openai.requests.where(body={"model": "gpt-4o"}, tool="f").only is request


def test_does_not_let_a_callable_change_the_conversation(fake_openai: FakeOpenAI) -> None:
    def meddle(request: RecordedRequest) -> str:
        request.messages[0]["content"] = request.json["input"] = "changed"
        return "done"

    fake_openai.when(text="first").script(meddle)
    fake_openai.otherwise("next")
    first = ask(fake_openai, "first")
    ask(fake_openai, "second", previous_response_id=first.id)

    items = fake_openai.client.responses.input_items.list(fake_openai.requests.last.response["id"], order="asc")
    texts = [json.loads(item.to_json())["content"][0]["text"] for item in items]
    assert (texts[0], texts[-1]) == ("first", "second")
    assert "changed" not in texts


def test_leaves_the_records_of_earlier_answers_alone(fake_openai: FakeOpenAI) -> None:
    client = fake_openai.client
    completion = client.chat.completions.create(model="gpt-4o", messages=USER, store=True, metadata={"a": "old"})
    path = f"/chat/completions/{completion.id}"

    client.get(path, cast_to=object)
    client.post(path, body={"metadata": {"a": "new"}}, cast_to=object)
    client.get(path, cast_to=object)

    assert [request.response.get("metadata") for request in fake_openai.requests[1:]] == [
        {"a": "old"},
        {"a": "new"},
        {"a": "new"},
    ]


# Completeness


def test_is_on_record_before_it_is_matched(fake_openai: FakeOpenAI) -> None:
    seen = []

    def matches(request: RecordedRequest) -> bool:
        seen.append((fake_openai.requests.last is request, request.status, request.duration))
        return True

    fake_openai.when(matches=matches).always("Hello")
    ask(fake_openai)

    assert seen == [(True, None, None)]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("reply", ["Hello there", RateLimit(), Reply("Hello", ServerError())], ids=repr)
def test_is_complete_as_soon_as_the_client_has_its_answer(fake_openai: FakeOpenAI, reply: Any, stream: bool) -> None:
    fake_openai.otherwise(reply)
    client = fake_openai.client.with_options(max_retries=0)
    ends = []

    for _ in range(30):
        with contextlib.suppress(openai.APIError):
            answer = client.chat.completions.create(model="gpt-4o", messages=USER, stream=stream)
            if isinstance(answer, openai.Stream):
                list(answer)
        last = fake_openai.requests.last
        ends.append((last.status is not None, last.duration is not None, bool(last.response or last.events)))

    assert ends == [(True, True, True)] * 30


@pytest.mark.asyncio
async def test_is_complete_as_soon_as_an_async_client_has_its_answer(
    fake_openai: FakeOpenAI, async_openai_client: openai.AsyncOpenAI
) -> None:
    answers = await asyncio.gather(
        *(async_openai_client.responses.create(model="m", input=str(turn)) for turn in range(10))
    )

    assert {answer.output_text for answer in answers} == {request.text for request in fake_openai.requests}
    assert all(request.duration is not None for request in fake_openai.requests)


def test_counts_the_time_that_the_answer_took(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hello", pace=Pace(first=0.03)))

    ask(fake_openai)

    assert (fake_openai.requests.only.duration or 0) >= 0.03


def test_has_no_status_where_nothing_was_sent(fake_openai: FakeOpenAI, closed: threading.Event) -> None:
    fake_openai.script(Reply(Disconnect()))

    with pytest.raises(openai.APIConnectionError):
        fake_openai.client.with_options(max_retries=0).responses.create(model="m", input="Hi")

    assert closed.wait(5)
    request = fake_openai.requests.only
    assert (request.status, request.response, request.disconnected) == (None, None, False)


def test_knows_that_the_client_hung_up_in_mid_stream(fake_openai: FakeOpenAI, closed: threading.Event) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply("Hel", gate, "lo"))

    stream = ask(fake_openai, stream=True)
    gate.wait_reached()
    request = fake_openai.requests.only
    before = (request.disconnected, request.duration)
    stream.close()

    assert closed.wait(5)
    assert before == (False, None)
    assert (request.disconnected, request.status, request.response) == (True, 200, None)
    assert [event["delta"] for event in request.events if event["type"].endswith("text.delta")] == ["Hel"]
    assert request.duration is not None


def test_knows_that_the_client_gave_up_waiting(fake_openai: FakeOpenAI, closed: threading.Event) -> None:
    fake_openai.script(Reply(fake_openai.gate(), "too late"))

    with pytest.raises(openai.APITimeoutError):
        fake_openai.client.with_options(max_retries=0, timeout=0.5).responses.create(model="m", input="Hi")

    assert closed.wait(5)
    assert (fake_openai.requests.only.disconnected, fake_openai.requests.only.status) == (True, None)


# reset and check


def test_forgets_and_counts_from_one_again(fake_openai: FakeOpenAI) -> None:
    ask(fake_openai, store=True)
    fake_openai.pace = Pace(first=0.01)

    fake_openai.reset()
    kept = fake_openai.requests
    answer = ask(fake_openai)

    assert len(kept) == 0
    assert fake_openai.pace == Pace()
    assert fake_openai.requests.only.number == 1
    with pytest.raises(openai.NotFoundError):
        fake_openai.client.responses.retrieve("resp_0")
    assert fake_openai.client.responses.retrieve(answer.id).id == answer.id


def test_makes_the_same_ids_after_a_reset(fake_openai: FakeOpenAI) -> None:
    first = ask(fake_openai).id
    second = ask(fake_openai).id
    fake_openai.reset()

    assert first != second
    assert [ask(fake_openai).id, ask(fake_openai).id] == [first, second]


def test_judges_when_asked_and_again_until_it_is_put_right(fake_openai: FakeOpenAI) -> None:
    fake_openai.check()
    fake_openai.script("Hello")

    for _ in range(2):
        with pytest.raises(VerdictError, match="1 scripted reply was never asked for"):
            fake_openai.check()
    ask(fake_openai)

    fake_openai.check()
    assert fake_openai.requests.only.reply == Reply("Hello")


def test_keeps_what_went_wrong_until_a_reset(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("one")
    ask(fake_openai)
    with pytest.raises(openai.BadRequestError):
        ask(fake_openai)
    fake_openai.otherwise("too late to forgive")

    assert "no reply for request 2" in str(verdict_of(fake_openai))


@pytest.mark.parametrize(("limit", "numbers"), [(None, [1, 2, 3]), (2, [2, 3])])
def test_keeps_only_the_newest_where_there_is_a_limit(limit: int | None, numbers: list[int]) -> None:
    journal = Journal(limit)
    for path in ("/a", "/b", "/c"):
        journal.open(method="GET", path=path, endpoint="", headers={}, query={}, body=b"")

    assert [request.number for request in journal.requests()] == numbers
    journal.clear()
    assert len(journal.requests()) == 0


def test_hands_out_what_was_answered_as_copies(fake_openai: FakeOpenAI, openai_client: openai.OpenAI) -> None:
    stream = openai_client.responses.create(model="gpt-4o", input="Hi", stream=True)
    identity = next(event for event in stream if event.type == "response.completed").response.id
    record = fake_openai.requests.last
    record.response["status"] = "changed"
    record.events[0]["type"] = "changed"
    assert record.response["status"] == "completed"
    assert record.events[0]["type"] == "response.created"
    assert openai_client.responses.retrieve(identity).status == "completed"
