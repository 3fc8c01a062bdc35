"""Threads and their messages: objects, lists, attachments, and the run that holds a thread."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI, Reply

from .._requests import both_clients, call_method
from ._runs import create_run, deprecated, ids, thread, thread_messages

pytestmark = [*deprecated]


@both_clients
def test_creates_a_thread_with_its_messages(fake_openai: FakeOpenAI, kind: str) -> None:
    messages: Any = [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello", "metadata": {"a": "b"}},
    ]
    created = call_method(fake_openai, kind, "beta.threads.create", messages=messages, metadata={"c": "d"})

    assert created.to_dict() | {"id": "", "created_at": 0} == {
        "id": "",
        "object": "thread",
        "created_at": 0,
        "metadata": {"c": "d"},
        "tool_resources": {},
    }
    assert created.id.startswith("thread_")
    assert call_method(fake_openai, kind, "beta.threads.retrieve", created.id) == created
    assert thread_messages(fake_openai, created.id) == [("user", "Hi"), ("assistant", "Hello")]


def test_creates_a_thread_of_nothing_and_changes_it(openai_client: openai.OpenAI) -> None:
    api = openai_client.beta.threads
    created = api.create()
    resources: Any = {"code_interpreter": {"file_ids": ["file-1"]}}
    changed = api.update(created.id, metadata={"a": "b"}, tool_resources=resources)

    assert changed.to_dict() == {**created.to_dict(), "metadata": {"a": "b"}, "tool_resources": resources}
    assert api.retrieve(created.id) == changed


def test_deletes_a_thread_with_all_that_is_in_it(fake_openai: FakeOpenAI) -> None:
    api = fake_openai.client.beta.threads
    run = create_run(fake_openai)

    deleted = api.delete(run.thread_id).to_dict()
    assert deleted == {"id": run.thread_id, "object": "thread.deleted", "deleted": True}
    asks: list[Any] = [
        lambda: api.retrieve(run.thread_id),
        lambda: api.messages.list(run.thread_id),
        lambda: api.messages.create(run.thread_id, role="user", content="Hi"),
        lambda: api.runs.retrieve(run_id=run.id, thread_id=run.thread_id),
        lambda: api.runs.list(run.thread_id),
        lambda: api.runs.steps.list(run_id=run.id, thread_id=run.thread_id),
        lambda: api.runs.create(run.thread_id, assistant_id=run.assistant_id),
    ]
    for ask in asks:
        with pytest.raises(openai.NotFoundError, match=f"No thread found with id '{run.thread_id}'."):
            ask()


@both_clients
def test_adds_a_message_in_the_form_of_the_wire(fake_openai: FakeOpenAI, kind: str) -> None:
    thread_id = thread(fake_openai)
    created = call_method(fake_openai, kind, "beta.threads.messages.create", thread_id, role="user", content="Hi 👋")

    assert created.to_dict() | {"id": "", "created_at": 0} == {
        "id": "",
        "object": "thread.message",
        "created_at": 0,
        "assistant_id": None,
        "thread_id": thread_id,
        "run_id": None,
        "role": "user",
        "content": [{"type": "text", "text": {"value": "Hi 👋", "annotations": []}}],
        "attachments": [],
        "metadata": {},
    }
    assert created.id.startswith("msg_")
    assert call_method(fake_openai, kind, "beta.threads.messages.retrieve", created.id, thread_id=thread_id) == created


def test_keeps_parts_of_every_kind(openai_client: openai.OpenAI) -> None:
    thread_id = openai_client.beta.threads.create().id
    parts: Any = [
        {"type": "text", "text": "Look:"},
        {"type": "image_url", "image_url": {"url": "https://example.org/a.png", "detail": "low"}},
        {"type": "image_file", "image_file": {"file_id": "file-1"}},
    ]
    created = openai_client.beta.threads.messages.create(thread_id, role="user", content=parts)

    assert created.to_dict()["content"] == [
        {"type": "text", "text": {"value": "Look:", "annotations": []}},
        {"type": "image_url", "image_url": {"detail": "low", "url": "https://example.org/a.png"}},
        {"type": "image_file", "image_file": {"detail": "auto", "file_id": "file-1"}},
    ]


def test_shows_parts_to_the_model_as_they_were_sent(fake_openai: FakeOpenAI) -> None:
    parts: Any = [{"type": "text", "text": "Look:"}, {"type": "image_file", "image_file": {"file_id": "file-1"}}]
    create_run(fake_openai, additional_messages=[{"role": "user", "content": parts}])

    request = fake_openai.requests.last
    assert request.text == "Look:"
    shown = {"type": "image_file", "image_file": {"detail": "auto", "file_id": "file-1"}}
    assert request.messages[-1] == {"role": "user", "content": [{"type": "text", "text": "Look:"}, shown]}


def test_lists_updates_and_deletes_messages(openai_client: openai.OpenAI) -> None:
    api = openai_client.beta.threads
    thread_id = api.create().id
    first, second, third = (api.messages.create(thread_id, role="user", content=text) for text in ("a", "b", "c"))

    assert [each.id for each in api.messages.list(thread_id, limit=2)] == [third.id, second.id, first.id]
    page = api.messages.list(thread_id, before=first.id, order="desc", limit=1)
    assert [each.id for each in page.data] == [second.id]
    changed = api.messages.update(message_id=first.id, thread_id=thread_id, metadata={"a": "b"})
    assert changed.to_dict() == {**first.to_dict(), "metadata": {"a": "b"}}
    deleted = api.messages.delete(message_id=second.id, thread_id=thread_id).to_dict()
    assert deleted == {"id": second.id, "object": "thread.message.deleted", "deleted": True}
    with pytest.raises(openai.NotFoundError, match=f"No message found with id '{second.id}'."):
        api.messages.retrieve(message_id=second.id, thread_id=thread_id)


def test_lists_the_messages_of_one_run(fake_openai: FakeOpenAI) -> None:
    fake_openai.script("One", "Two")
    fields = ids(fake_openai)
    runs = fake_openai.client.beta.threads.runs
    first = runs.create(**fields)
    runs.create(**fields)

    (message,) = fake_openai.client.beta.threads.messages.list(fields["thread_id"], run_id=first.id)
    assert (message.run_id, message.assistant_id) == (first.id, fields["assistant_id"])


def test_lists_no_message_of_an_empty_thread(fake_openai: FakeOpenAI) -> None:
    thread_id = fake_openai.client.beta.threads.create().id

    assert fake_openai.client.beta.threads.messages.list(thread_id).to_dict() == {
        "object": "list",
        "data": [],
        "first_id": None,
        "last_id": None,
        "has_more": False,
    }


def test_takes_no_message_while_a_run_is_active(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply(gate, "Done"))
    run = create_run(fake_openai)
    create = fake_openai.client.beta.threads.messages.create

    with pytest.raises(openai.BadRequestError) as refused:
        create(run.thread_id, role="user", content="More")
    message = f"Can't add messages to {run.thread_id} while a run {run.id} is active."
    assert refused.value.body == {"message": message, "type": "invalid_request_error", "param": None, "code": None}

    gate.open()
    fake_openai.client.beta.threads.runs.poll(run_id=run.id, thread_id=run.thread_id)
    assert create(run.thread_id, role="user", content="More").role == "user"


@pytest.mark.fake_openai(validation="off")
def test_takes_what_it_gets_where_nothing_is_validated(fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply(gate, "Done"))
    run = create_run(fake_openai)

    odd: Any = {"content": ["?", {"type": "odd"}], "attachments": [{"tools": [{}]}, 5]}
    cases = [({"content": 5}, []), (odd, [{"type": "odd"}])]
    for fields, kept in cases:
        create: Any = fake_openai.client.beta.threads.messages.create
        create(run.thread_id, role="user", content="", extra_body=fields)
        assert fake_openai.requests.last.response["content"] == kept
    gate.open()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"content": "Hi"}, "Missing required parameter: 'role'."),
        ({"role": "user"}, "Missing required parameter: 'content'."),
        (
            {"role": "user", "content": "", "metadata": {"k": 1}},
            "Invalid type for 'metadata.k': expected a string, but got an integer instead.",
        ),
        ({"role": "user", "content": "", "metadata": {"k": "v" * 513}}, "Invalid 'metadata.k': string too long."),
    ],
)
def test_refuses_what_is_no_message(openai_client: openai.OpenAI, body: Any, message: str) -> None:
    path = f"/threads/{openai_client.beta.threads.create().id}/messages"
    with pytest.raises(openai.BadRequestError, match=message):
        openai_client.post(path, cast_to=object, body=body, options={"headers": {"OpenAI-Beta": "assistants=v2"}})


def test_refuses_metadata_of_a_thread_that_is_too_long(openai_client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match=r"Invalid 'metadata\.k': string too long"):
        openai_client.beta.threads.create(metadata={"k": "v" * 513})


def test_gives_what_is_attached_to_the_tools_of_the_thread(openai_client: openai.OpenAI) -> None:
    api = openai_client.beta.threads
    files = [openai_client.files.create(file=(f"{name}.md", b"Text."), purpose="assistants").id for name in "ab"]
    thread_id = api.create().id
    tools: Any = [{"type": "file_search"}, {"type": "code_interpreter"}]
    for file_id in files:
        attachments: Any = [{"file_id": file_id, "tools": tools}]
        created = api.messages.create(thread_id, role="user", content="Read", attachments=attachments)
        assert created.to_dict()["attachments"] == attachments

    resources: Any = api.retrieve(thread_id).tool_resources
    assert resources.code_interpreter.file_ids == files
    (store_id,) = resources.file_search.vector_store_ids
    store: Any = openai_client.vector_stores.retrieve(store_id)
    assert (store.file_counts.completed, store.expires_after.days) == (2, 7)
