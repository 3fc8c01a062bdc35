"""Searching files in Responses: what is searched, told, streamed and cited."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI, FakeOpenAIWarning, FileSearch, Reasoning, Refusal, Reply, Text, ToolCall

from ...conformance.folding import as_streamed, connect, fold_events, fold_with_sdk, gist, plain, settle
from ...verdicts import verdict_of
from .._requests import both_clients, both_ways
from ..vector_stores._stores import FRANCE, GERMANY, attach, invalid, pass_days, store
from ._requests import PARIS, WEATHER, Json, create_response, events, post, types, wire

QUESTION = "What is the capital of Germany?"
RESULTS = ["file_search_call.results"]
STEPS = ["file_search_call.in_progress", "file_search_call.searching", "file_search_call.completed"]


def library(fake: FakeOpenAI) -> tuple[Json, dict[str, str]]:
    """The tool that searches two texts, and the ids of these by their names."""
    store_id = store(fake)
    texts = {"france.md": FRANCE, "germany.md": GERMANY}
    ids = {name: attach(fake, store_id, text, name, attributes={"name": name}) for name, text in texts.items()}
    return {"type": "file_search", "vector_store_ids": [store_id]}, ids


def citation(file_id: str, filename: str, index: int) -> Json:
    """A citation as a text tells it."""
    return {"type": "file_citation", "file_id": file_id, "filename": filename, "index": index}


def output(fake: FakeOpenAI, tool: Json, **body: Any) -> list[Json]:
    """The items of a response to the question."""
    items: list[Json] = wire(create_response(fake, tools=[tool], **{"input": QUESTION, **body}))["output"]
    return items


def queries(items: list[Json]) -> list[list[str]]:
    """What the searches among some items looked for."""
    return [item["queries"] for item in items if item["type"] == "file_search_call"]


@both_clients
def test_answers_out_of_the_files_where_nothing_is_scripted(fake_openai: FakeOpenAI, kind: str) -> None:
    tool, ids = library(fake_openai)

    response = wire(create_response(fake_openai, kind, input=QUESTION, tools=[tool]))

    search, message = response["output"]
    assert search["id"].startswith("fs_")
    assert {**search, "id": None} == {
        "id": None,
        "type": "file_search_call",
        "status": "completed",
        "queries": [QUESTION],
        "results": None,
    }
    (part,) = message["content"]
    assert part["text"] == GERMANY
    assert part["annotations"] == [
        citation(ids["germany.md"], "germany.md", len(GERMANY)),
        citation(ids["france.md"], "france.md", len(GERMANY)),
    ]


def test_tells_the_results_where_they_are_asked_for(fake_openai: FakeOpenAI) -> None:
    tool, ids = library(fake_openai)
    store_id = tool["vector_store_ids"][0]

    search, _ = output(fake_openai, tool, include=RESULTS)

    results = fake_openai.client.vector_stores.search(store_id, query=QUESTION).data
    assert search["results"] == [
        {
            "attributes": {"name": each.filename},
            "file_id": ids[each.filename],
            "filename": each.filename,
            "score": each.score,
            "text": each.content[0].text,
        }
        for each in results
    ]
    assert len(results) == 2


def test_looks_for_what_the_script_says(fake_openai: FakeOpenAI) -> None:
    tool, ids = library(fake_openai)
    fake_openai.script(Reply(FileSearch("Paris, France"), "In France."))

    search, message = output(fake_openai, {**tool, "max_num_results": 1}, include=RESULTS)

    assert search["queries"] == ["Paris, France"]
    assert [each["filename"] for each in search["results"]] == ["france.md"]
    (part,) = message["content"]
    assert (part["text"], part["annotations"]) == ("In France.", [citation(ids["france.md"], "france.md", 10)])


@pytest.mark.parametrize(
    ("narrowed", "names"),
    [
        ({"max_num_results": 1}, ["germany.md"]),
        ({"filters": {"type": "eq", "key": "name", "value": "france.md"}}, ["france.md"]),
        ({"ranking_options": {"score_threshold": 0.5}}, ["germany.md"]),
        ({}, ["germany.md", "france.md"]),
    ],
)
def test_narrows_the_search_as_the_tool_does(fake_openai: FakeOpenAI, narrowed: Json, names: list[str]) -> None:
    tool, _ = library(fake_openai)

    search, _ = output(fake_openai, {**tool, **narrowed}, include=RESULTS)

    assert [each["filename"] for each in search["results"]] == names


def test_searches_all_stores_that_the_tool_names(fake_openai: FakeOpenAI) -> None:
    one, other = store(fake_openai), store(fake_openai)
    attach(fake_openai, one, FRANCE, "france.md")
    attach(fake_openai, other, GERMANY, "germany.md")
    tool = {"type": "file_search", "vector_store_ids": [one, other]}

    assert output(fake_openai, tool)[-1]["content"][0]["text"] == GERMANY
    assert output(fake_openai, tool, input="And of France?")[-1]["content"][0]["text"] == FRANCE


def test_cites_all_searches_before_a_text_at_its_end(fake_openai: FakeOpenAI) -> None:
    tool, ids = library(fake_openai)
    fake_openai.script(Reply(FileSearch("Berlin"), FileSearch("Paris"), "One.", " Two.", FileSearch(), "Three."))

    items = output(fake_openai, {**tool, "max_num_results": 1})

    assert queries(items) == [["Berlin"], ["Paris"], [QUESTION]]
    first, second = (item["content"] for item in items if item["type"] == "message")
    german, french = (ids["germany.md"], "germany.md"), (ids["france.md"], "france.md")
    assert first[0]["annotations"] == [citation(*german, 4), citation(*french, 4)]
    assert second[0]["annotations"] == [citation(*german, 6)]


def test_streams_the_steps_of_a_search_and_each_citation(fake_openai: FakeOpenAI) -> None:
    tool, ids = library(fake_openai)
    fake_openai.script(Reply(FileSearch(), "Berlin"))

    stream = events(post(fake_openai, input=QUESTION, tools=[{**tool, "max_num_results": 1}], stream=True))

    beginning, rest = types(stream)[2:7], types(stream)[7:]
    assert beginning == ["output_item.added", *STEPS, "output_item.done"]
    assert [each for each in rest if "annotation" in each] == ["output_text.annotation.added"]
    assert rest[-5:] == [
        "output_text.annotation.added",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "completed",
    ]
    added, cited = stream[2], stream[-5]
    search_id = added["item"]["id"]
    assert added["item"] == {
        "id": search_id,
        "type": "file_search_call",
        "status": "in_progress",
        "queries": [],
        "results": None,
    }
    assert stream[3] == {
        "type": "response.file_search_call.in_progress",
        "item_id": search_id,
        "output_index": 0,
        "sequence_number": 3,
    }
    assert list(cited) == [
        "type",
        "annotation",
        "annotation_index",
        "content_index",
        "item_id",
        "output_index",
        "sequence_number",
    ]
    assert cited["annotation"] == citation(ids["germany.md"], "germany.md", 6)


REPLIES = [
    Reply(FileSearch()),
    Reply(FileSearch("Paris"), "It is Paris, 世界 😀."),
    Reply("Let me look. ", FileSearch(), FileSearch("Paris"), Reasoning("Hm."), "Found.", " More."),
    Reply(FileSearch(), Refusal("No.")),
    Reply(FileSearch(), Text(""), PARIS),
    Reply(FileSearch("nothing"), "cut", finish_reason="length"),
    Reply("cut", FileSearch(), finish_reason="length"),
]


@pytest.mark.asyncio
@pytest.mark.parametrize("client", ["sync", "async", "strict"])
@pytest.mark.parametrize("include", [[], RESULTS], ids=["bare", "results"])
@pytest.mark.parametrize("reply", REPLIES, ids=repr)
async def test_streams_what_it_answers_whole(
    fake_openai: FakeOpenAI, reply: Reply, include: list[str], client: str
) -> None:
    strict = client == "strict" and any(isinstance(part, (Reasoning, ToolCall)) for part in reply.parts)
    asker: Any = connect(fake_openai, "sync" if strict else client)
    fields: Json = {"model": "gpt-4o", "input": QUESTION, "include": include}
    outcomes = []
    for streamed in (False, True):
        fake_openai.reset()
        tool, _ = library(fake_openai)
        fake_openai.script(reply)
        outcome = await settle(asker.responses.create(**fields, tools=[tool, WEATHER], stream=streamed))
        if not streamed:
            outcomes.append(outcome)
        else:
            outcomes.append([event async for event in outcome] if client == "async" else list(outcome))

    whole, streamed_events = outcomes
    assert fold_events([plain(event) for event in streamed_events]) == as_streamed(plain(whole))
    assert fold_with_sdk(streamed_events) == [gist(item) for item in plain(whole)["output"]]


def test_streams_a_search_in_the_background(fake_openai: FakeOpenAI) -> None:
    tool, _ = library(fake_openai)

    stream = events(post(fake_openai, input=QUESTION, tools=[tool], stream=True, background=True))

    assert types(stream).count("output_text.annotation.added") == 2


@both_ways
def test_calls_the_tool_that_is_demanded_first(fake_openai: FakeOpenAI, stream: bool) -> None:
    tool, _ = library(fake_openai)
    demanded: Json = {"type": "function", "name": "get_weather"}

    answer = post(fake_openai, tools=[tool, WEATHER], tool_choice=demanded, stream=stream)

    assert b"function_call" in answer.body
    assert b"fs_" not in answer.body


def test_does_not_search_where_it_must_not(fake_openai: FakeOpenAI) -> None:
    tool, _ = library(fake_openai)

    (message,) = output(fake_openai, tool, tool_choice="none")

    assert message["content"][0]["text"] == QUESTION


def test_echoes_the_question_where_there_is_no_text(fake_openai: FakeOpenAI) -> None:
    tool = {"type": "file_search", "vector_store_ids": [store(fake_openai)]}

    (message,) = output(fake_openai, tool)

    assert message["content"][0]["text"] == QUESTION


def test_answers_out_of_the_files_in_the_shape_that_is_demanded(fake_openai: FakeOpenAI) -> None:
    tool, _ = library(fake_openai)
    schema = {
        "type": "object",
        "properties": {"answer": {"type": "string"}},
        "required": ["answer"],
        "additionalProperties": False,
    }
    shape = {"format": {"type": "json_schema", "name": "answer", "schema": schema, "strict": True}}

    search, message = output(fake_openai, tool, text=shape)

    assert search["type"] == "file_search_call"
    assert "Berlin" in message["content"][0]["text"]
    assert message["content"][0]["text"].startswith("{")


def test_keeps_the_search_with_the_response(fake_openai: FakeOpenAI) -> None:
    tool, _ = library(fake_openai)
    first = create_response(fake_openai, input=QUESTION, tools=[tool])

    assert wire(fake_openai.client.responses.retrieve(first.id))["output"] == wire(first)["output"]
    again = create_response(fake_openai, input="And of France?", tools=[tool], previous_response_id=first.id)
    assert queries(wire(again)["output"]) == [["And of France?"]]
    sent_back = [{"role": "user", "content": QUESTION}, *wire(first)["output"], {"role": "user", "content": "Paris?"}]
    assert queries(wire(create_response(fake_openai, input=sent_back, tools=[tool]))["output"]) == [["Paris?"]]


@both_ways
def test_refuses_a_store_that_is_not_there(fake_openai: FakeOpenAI, stream: bool) -> None:
    fake_openai.script("never asked for")

    refused = post(fake_openai, tools=[{"type": "file_search", "vector_store_ids": ["vs_x"]}], stream=stream)

    assert (refused.status, refused.json) == (404, {"error": invalid("Vector store with id [vs_x] not found.")})
    assert "never asked for" in str(verdict_of(fake_openai))


def test_refuses_a_store_that_has_expired(fake_openai: FakeOpenAI) -> None:
    store_id = store(fake_openai, expires_after={"anchor": "last_active_at", "days": 1})
    pass_days(fake_openai, 1)

    refused = post(fake_openai, tools=[{"type": "file_search", "vector_store_ids": [store_id]}])

    assert (refused.status, refused.json["error"]["message"]) == (400, f"Vector store '{store_id}' has expired")


@pytest.mark.fake_openai(assume_exists=True)
def test_assumes_that_a_store_exists(fake_openai: FakeOpenAI) -> None:
    tool: Json = {"type": "file_search", "vector_store_ids": ["vs_production"]}
    (message,) = output(fake_openai, tool)
    fake_openai.script(Reply(FileSearch(), "Found."))
    search, cited = output(fake_openai, tool, include=RESULTS)

    assert message["content"][0]["text"] == QUESTION
    assert (search["results"], cited["content"][0]["annotations"]) == ([], [])


def test_refuses_to_search_where_no_tool_is_offered(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(FileSearch("a"))

    with pytest.raises(openai.BadRequestError, match="the request offers no tool file_search"):
        create_response(fake_openai)

    assert "FileSearch('a') searches files" in str(verdict_of(fake_openai))


def test_searches_nothing_where_no_tool_is_offered_but_may_be() -> None:
    with FakeOpenAI(validation="warn") as fake:
        fake.script(FileSearch("a"))
        (search,) = wire(create_response(fake, include=RESULTS))["output"]
        with pytest.warns(FakeOpenAIWarning, match="searches files, but the request offers no tool file_search"):
            fake.check()

    assert (search["queries"], search["results"]) == (["a"], [])


def test_refuses_a_search_on_a_surface_that_has_none(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(FileSearch())

    with pytest.raises(openai.BadRequestError, match=r"FileSearch\(\) cannot be carried by chat.completions"):
        fake_openai.client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}])

    assert "; responses" in str(verdict_of(fake_openai))


@pytest.mark.fake_openai(validation="off")
@pytest.mark.parametrize("ids", [None, 5, [5], "vs_x"])
def test_finds_nothing_in_what_is_no_store(fake_openai: FakeOpenAI, ids: Any) -> None:
    answer = post(fake_openai, tools=[{"type": "file_search", "vector_store_ids": ids}])

    assert answer.status == 200
