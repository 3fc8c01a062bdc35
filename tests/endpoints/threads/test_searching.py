"""Runs that search files: a step of its own, what it found, and what the message cites."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai import Chunks, FakeOpenAI, FileSearch, Reply, ToolCall

from ...verdicts import verdict_of
from ._runs import WEATHER, assistant, deprecated, names, retrieve_run, steps, thread, thread_messages

pytestmark = [*deprecated]
CONTENT: Any = ["step_details.tool_calls[*].file_search.results[*].content"]
SEARCH: Any = {"type": "file_search"}


def store(fake: FakeOpenAI, **texts: str) -> str:
    """The id of a vector store with files of these texts."""
    files = [
        fake.client.files.create(file=(f"{name}.md", text.encode()), purpose="assistants").id
        for name, text in texts.items()
    ]
    return fake.client.vector_stores.create(name="VectorStore", file_ids=files).id


def searching(*stores: str) -> Any:
    """Vector stores as assistants and threads name them."""
    return {"file_search": {"vector_store_ids": list(stores)}}


def ids(fake: FakeOpenAI, *more: Any, question: str = "Where is Oslo?") -> Any:
    """A thread and an assistant that can look up two towns."""
    vector_store = store(fake, oslo="Oslo is the capital of Norway.", rome="Rome is the capital of Italy.")
    assistant_id = assistant(fake, tools=[SEARCH, *more], tool_resources=searching(vector_store))
    return {"thread_id": thread(fake, question), "assistant_id": assistant_id}


def file_id(fake: FakeOpenAI, name: str) -> str:
    """The id of an uploaded file."""
    return next(file.id for file in fake.client.files.list() if file.filename == name)


def test_searches_in_a_step_of_its_own(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(FileSearch(), "In Norway."))
    run = retrieve_run(fake_openai, fake_openai.client.beta.threads.runs.create(**ids(fake_openai)))
    step, speech = steps(fake_openai, run)

    assert (step.type, step.status, speech.type) == ("tool_calls", "completed", "message_creation")
    (call,) = step.to_dict()["step_details"]["tool_calls"]
    assert (call["type"], call["file_search"]["ranking_options"]) == (
        "file_search",
        {"ranker": "default_2024_08_21", "score_threshold": 0.0},
    )
    best, worse = call["file_search"]["results"]
    assert best == {"file_id": file_id(fake_openai, "oslo.md"), "file_name": "oslo.md", "score": best["score"]}
    assert best["score"] > worse["score"]
    assert thread_messages(fake_openai, run.thread_id)[-1] == ("assistant", "In Norway.")


def test_tells_the_content_of_what_it_found_on_demand(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(FileSearch("the capital of Italy")))
    run = fake_openai.client.beta.threads.runs.create(**ids(fake_openai))
    api = fake_openai.client.beta.threads.runs.steps
    plain = steps(fake_openai, run)[0]
    retrieved: Any = api.retrieve(step_id=plain.id, run_id=run.id, thread_id=run.thread_id, include=CONTENT)
    *_, listed = api.list(run_id=run.id, thread_id=run.thread_id, include=CONTENT)

    (call,) = retrieved.step_details.tool_calls
    assert call.file_search.results[0].content[0].text == "Rome is the capital of Italy."
    assert retrieved == listed
    assert "content" not in plain.to_dict()["step_details"]["tool_calls"][0]["file_search"]["results"][0]


def test_says_something_behind_a_search(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(FileSearch()))
    run = retrieve_run(fake_openai, fake_openai.client.beta.threads.runs.create(**ids(fake_openai)))
    search, speech = steps(fake_openai, run)

    assert thread_messages(fake_openai, run.thread_id)[-1] == ("assistant", "")
    assert (search.usage.total_tokens, speech.usage.to_dict()) == (0, run.usage.to_dict())
    assert run.usage.prompt_tokens > 0


def test_tells_a_search_in_events(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Hm. ", FileSearch(), Chunks("In Norway.")))
    events = list(fake_openai.client.beta.threads.runs.create(**ids(fake_openai), stream=True))

    begun = names(events).index("thread.run.step.completed") + 1
    assert names(events)[begun : begun + 4] == [
        "thread.run.step.created",
        "thread.run.step.in_progress",
        "thread.run.step.delta",
        "thread.run.step.completed",
    ]
    delta: Any = events[begun + 2].data
    done: Any = events[begun + 3].data
    opened = {"index": 0, "id": done.step_details.tool_calls[0].id, "type": "file_search", "file_search": {}}
    assert delta.to_dict()["delta"]["step_details"]["tool_calls"] == [opened]
    assert done == steps(fake_openai, events[0].data)[1]


MARKS = "In Norway【4:0†oslo.md】, not in Italy【4:1†rome.md】【4:2†source】."


@pytest.mark.parametrize("parts", [(MARKS,), (MARKS[:9], MARKS[9:])], ids=["at once", "bit by bit"])
def test_cites_what_a_text_marks(fake_openai: FakeOpenAI, parts: tuple[str, ...]) -> None:
    fake_openai.script(Reply(FileSearch(), *parts))
    with fake_openai.client.beta.threads.runs.stream(**ids(fake_openai)) as stream:
        (streamed,) = stream.get_final_messages()
    (kept, _) = fake_openai.client.beta.threads.messages.list(streamed.thread_id)

    text = kept.to_dict()["content"][0]["text"]  # type: ignore[index]  # any JSON
    oslo, rome = file_id(fake_openai, "oslo.md"), file_id(fake_openai, "rome.md")
    assert text["value"] == MARKS
    assert text["annotations"] == [
        {
            "type": "file_citation",
            "text": mark,
            "start_index": MARKS.index(mark),
            "end_index": MARKS.index(mark) + len(mark),
            "file_citation": {"file_id": cited},
        }
        for mark, cited in (("【4:0†oslo.md】", oslo), ("【4:1†rome.md】", rome), ("【4:2†source】", oslo))
    ]
    assert streamed.to_dict()["content"] == kept.to_dict()["content"]


def test_cites_nothing_where_nothing_was_searched(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(MARKS)
    run = fake_openai.client.beta.threads.runs.create(**ids(fake_openai))
    (kept, _) = fake_openai.client.beta.threads.messages.list(run.thread_id)

    assert kept.content[0].text.annotations == []  # type: ignore[union-attr]  # it is text


def test_echoes_what_it_finds(fake_openai: FakeOpenAI) -> None:
    run = fake_openai.client.beta.threads.runs.create(**ids(fake_openai, question="the capital of Italy"))

    assert thread_messages(fake_openai, run.thread_id)[-1] == ("assistant", "Rome is the capital of Italy.")
    assert [step.type for step in steps(fake_openai, run)] == ["tool_calls", "message_creation"]


@pytest.mark.parametrize("choice", ["none", {"type": "function", "function": {"name": "get_weather"}}], ids=str)
def test_echoes_without_a_search_where_none_is_wanted(fake_openai: FakeOpenAI, choice: Any) -> None:
    run = fake_openai.client.beta.threads.runs.create(**ids(fake_openai, WEATHER), tool_choice=choice)

    assert all("file_search" not in str(step.to_dict()) for step in steps(fake_openai, run))


def test_searches_the_vector_stores_of_the_thread(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(FileSearch("Oslo")))
    resources = searching(store(fake_openai, oslo="Oslo is in Norway."))
    thread_id = fake_openai.client.beta.threads.create(tool_resources=resources).id
    run = fake_openai.client.beta.threads.runs.create(thread_id, assistant_id=assistant(fake_openai, tools=[SEARCH]))

    (call,) = steps(fake_openai, run)[0].step_details.tool_calls
    assert [result.file_name for result in call.file_search.results] == ["oslo.md"]


def test_searches_the_vector_stores_of_a_thread_that_is_created_with_the_run(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(FileSearch("Oslo")), Reply(FileSearch("Oslo")))
    resources, other = searching(store(fake_openai, oslo="Oslo.")), searching(store(fake_openai, rome="Rome."))
    assistant_id = assistant(fake_openai, tools=[SEARCH], tool_resources=other)
    api = fake_openai.client.beta.threads
    both = api.create_and_run(assistant_id=assistant_id, thread={"tool_resources": resources})
    one = api.create_and_run(assistant_id=assistant_id, tool_resources=resources)

    def files(run: Any) -> list[str]:
        (call,) = steps(fake_openai, run)[0].step_details.tool_calls
        return [result.file_name for result in call.file_search.results]

    assert (files(both), files(one)) == (["oslo.md", "rome.md"], ["oslo.md"])
    assert one.to_dict()["tool_resources"] == resources


def test_searches_files_that_are_attached_to_a_message(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(FileSearch()))
    file = fake_openai.client.files.create(file=("oslo.md", b"Oslo is in Norway."), purpose="assistants")
    attachments: Any = [{"file_id": file.id, "tools": [SEARCH]}]
    messages: Any = [{"role": "user", "content": "Oslo?", "attachments": attachments}]
    run = fake_openai.client.beta.threads.create_and_run(
        assistant_id=assistant(fake_openai, tools=[SEARCH]), thread={"messages": messages}
    )

    (call,) = steps(fake_openai, run)[0].step_details.tool_calls
    assert [result.file_id for result in call.file_search.results] == [file.id]


def test_finds_so_many_as_its_tool_says(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(FileSearch()))
    fields = {**ids(fake_openai), "tools": [{"type": "file_search", "file_search": {"max_num_results": 1}}]}
    run = fake_openai.client.beta.threads.runs.create(**fields)

    (call,) = steps(fake_openai, run)[0].step_details.tool_calls
    assert len(call.file_search.results) == 1


def test_refuses_to_search_without_the_tool(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(FileSearch())
    asking = fake_openai.client.with_options(max_retries=0).beta.threads.runs
    with pytest.raises(Exception, match="the request offers no tool file_search"):
        asking.create(thread(fake_openai), assistant_id=assistant(fake_openai))

    assert "the request offers no tool file_search" in str(verdict_of(fake_openai))


@pytest.mark.fake_openai(validation="off")
def test_finds_nothing_without_the_tool(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(FileSearch(), ToolCall("get_weather", {}), "Done"))
    run = fake_openai.client.beta.threads.runs.create(thread(fake_openai), assistant_id=assistant(fake_openai))

    (call,) = steps(fake_openai, run)[0].step_details.tool_calls
    assert call.file_search.results == []
