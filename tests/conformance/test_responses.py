"""Responses: every way to read an answer gives the same answer."""

from __future__ import annotations

from typing import Any

import pydantic
import pytest
from openai.lib._parsing._responses import type_to_text_format_param
from openai.types.responses import Response

from pytest_fakeopenai import FakeOpenAI

from .folding import (
    CLIENTS,
    EVERY_CLIENT,
    MODELS,
    Json,
    anew,
    as_response,
    as_streamed,
    connect,
    drain,
    fold_events,
    fold_with_sdk,
    gist,
    lasting,
    opened,
    plain,
    settle,
)
from .replies import CODE, RESPONSES, Case, cases, each, tool
from .strictness import MAJOR, expecting

pytestmark = pytest.mark.asyncio

# The SDK's first version knew no custom calls.
TYPED = [case for case in cases(RESPONSES) if MAJOR > 1 or CODE not in case.tools]
# Its helpers parse what the reply says and so fail on what is broken.
PARSED = [case for case in TYPED if not case.unparsable]


def request(case: Case, model: str) -> Json:
    """The request that the case answers, except for the shape that it demands."""
    body: Json = {"model": model, "input": "Who goes there?"}
    if case.tools:
        body["tools"] = [tool(name, RESPONSES) for name in case.tools]
    if case.top_logprobs is not None:
        # Older clients have no parameter for the alternatives.
        body.update(include=["message.output_text.logprobs"], extra_body={"top_logprobs": case.top_logprobs})
    return {**body, **case.extra.get(RESPONSES, {})}


async def create(client: Any, case: Case, model: str, **options: Any) -> Any:
    """The answer to the plain request."""
    shape = {} if case.shape is None else {"text": {"format": type_to_text_format_param(case.shape)}}
    return await settle(client.responses.create(**request(case, model), **shape, **options))


async def events_of(client: Any, case: Case, model: str) -> list[Any]:
    """The events that answer the plain request."""
    return await drain(await create(client, case, model, stream=True))


def shaped(case: Case) -> Json:
    """The shape as the helpers take it."""
    return {} if case.shape is None else {"text_format": case.shape}


def content(response: Json) -> tuple[str, tuple[tuple[str, str], ...], str | None]:
    """What a response says: its text, calls and refusal."""
    parts = [part for item in response["output"] if item["type"] == "message" for part in item["content"]]
    calls = [item for item in response["output"] if item["type"].endswith("_call")]
    refusals = [part["refusal"] for part in parts if part["type"] == "refusal"]
    return (
        "".join(part["text"] for part in parts if part["type"] == "output_text"),
        tuple((call["name"], call.get("arguments", call.get("input"))) for call in calls),
        "".join(refusals) if refusals else None,
    )


@EVERY_CLIENT
@MODELS
@each(cases(RESPONSES))
async def test_streams_what_it_answers_whole(fake_openai: FakeOpenAI, case: Case, model: str, client: str) -> None:
    asker = connect(fake_openai, client)

    whole = await anew(fake_openai, case.make(), lambda: create(fake_openai.client, case, model))
    assert content(plain(whole)) == (case.text, case.calls, case.refusal)

    with expecting(client, RESPONSES, "whole", case):
        again = await anew(fake_openai, case.make(), lambda: create(asker, case, model))
        assert plain(again) == plain(whole)
    with expecting(client, RESPONSES, "streamed", case):
        events = await anew(fake_openai, case.make(), lambda: events_of(asker, case, model))
        assert fold_events([plain(event) for event in events]) == as_streamed(plain(whole))


@each(TYPED)
async def test_streams_what_the_clients_own_state_accumulates(fake_openai: FakeOpenAI, case: Case) -> None:
    asker = fake_openai.client

    whole = await anew(fake_openai, case.make(), lambda: create(asker, case, "gpt-4o"))
    events = await anew(fake_openai, case.make(), lambda: events_of(asker, case, "gpt-4o"))

    assert fold_with_sdk(events) == [gist(item) for item in plain(whole)["output"]]


@CLIENTS
@MODELS
@each(PARSED)
async def test_streams_through_the_helper_what_it_answers_whole(
    fake_openai: FakeOpenAI, case: Case, model: str, client: str
) -> None:
    asker = connect(fake_openai, client)

    async def stream() -> Any:
        async with opened(asker.responses.stream(**request(case, model), **shaped(case))) as events:
            *_, last = await drain(events)
            # The helper knows no end but completion.
            return last.response if case.cut else await settle(events.get_final_response())

    whole = await anew(fake_openai, case.make(), lambda: create(asker, case, model))
    final = await anew(fake_openai, case.make(), stream)

    assert lasting(as_response(plain(final))) == as_streamed(plain(whole))


@CLIENTS
@each(PARSED)
async def test_parses_what_it_answers_whole(fake_openai: FakeOpenAI, case: Case, client: str) -> None:
    asker = connect(fake_openai, client)

    async def parse() -> Any:
        return await settle(asker.responses.parse(**request(case, "gpt-4o"), **shaped(case)))

    whole = await anew(fake_openai, case.make(), lambda: create(asker, case, "gpt-4o"))
    parsed = await anew(fake_openai, case.make(), parse)

    assert as_response(plain(parsed)) == plain(whole)


@CLIENTS
@each(case for case in PARSED if case.shape is not None and not case.calls)
async def test_parses_alike_streamed_and_whole(fake_openai: FakeOpenAI, case: Case, client: str) -> None:
    asker = connect(fake_openai, client)
    body = {**request(case, "gpt-4o"), **shaped(case)}

    async def stream() -> Any:
        async with opened(asker.responses.stream(**body)) as events:
            return await settle(events.get_final_response())

    final = await anew(fake_openai, case.make(), stream)
    parsed = await anew(fake_openai, case.make(), lambda: settle(asker.responses.parse(**body)))

    expected = None if case.refusal else pydantic.TypeAdapter(case.shape).validate_json(case.text)
    assert [final.output_parsed, parsed.output_parsed] == [expected, expected]


@each(case for case in TYPED if case.top_logprobs is None)
async def test_says_an_sdk_response_as_it_is(fake_openai: FakeOpenAI, case: Case) -> None:
    asker = fake_openai.client
    response: Response = await anew(fake_openai, case.make(), lambda: create(asker, case, "gpt-4o"))

    whole = await anew(fake_openai, response, lambda: create(asker, case, "gpt-4o"))
    events = await anew(fake_openai, response, lambda: events_of(asker, case, "gpt-4o"))

    assert plain(whole) == plain(response)
    streamed = fold_events([plain(event) for event in events])
    assert _without_item_ids(streamed) == _without_item_ids(as_streamed(plain(response)))


def _without_item_ids(response: Json) -> Json:
    """A response but for the ids of its items, which are made anew where it is streamed."""
    return {**response, "output": [{**item, "id": None} for item in response["output"]]}


@each(TYPED)
async def test_streams_sdk_events_as_they_are(fake_openai: FakeOpenAI, case: Case) -> None:
    asker = fake_openai.client
    scripted = await anew(fake_openai, case.make(), lambda: events_of(asker, case, "gpt-4o"))

    events = await anew(fake_openai, scripted, lambda: events_of(asker, case, "gpt-4o"))

    assert [plain(event) for event in events] == [plain(event) for event in scripted]
