"""Chat completions: every way to read an answer gives the same answer."""

from __future__ import annotations

from typing import Any

import openai
import pydantic
import pytest
from openai.lib._parsing import type_to_response_format_param
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from pytest_fakeopenai import FakeOpenAI

from .folding import (
    CLIENTS,
    EVERY_CLIENT,
    MODELS,
    Json,
    anew,
    as_accumulated,
    connect,
    drain,
    fold_chunks,
    fold_with_state,
    opened,
    plain,
    settle,
)
from .replies import CHAT, CODE, WEATHER, Case, cases, each, tool
from .strictness import MAJOR, expecting

pytestmark = pytest.mark.asyncio

WITH_USAGE: Json = {"stream_options": {"include_usage": True}}
# The SDK's accumulator knows no custom calls.
TYPED = [case for case in cases(CHAT) if CODE not in case.tools]
# Its helpers parse what the reply says and so refuse what ends early or is broken.
PARSED = [case for case in TYPED if not case.cut and not case.unparsable]
# `.parse()` takes strict functions only, and so did the asynchronous `.stream()` before version 3.
STRICT = [case for case in PARSED if set(case.tools) <= {WEATHER}]
STREAMED = STRICT if MAJOR < 3 else PARSED


def request(case: Case, model: str) -> Json:
    """The request that the case answers, except for the shape that it demands."""
    body: Json = {"model": model, "messages": [{"role": "user", "content": "Who goes there?"}]}
    if case.tools:
        body["tools"] = [tool(name, CHAT) for name in case.tools]
    if case.n != 1:
        body["n"] = case.n
    if case.top_logprobs is not None:
        body.update(logprobs=True, top_logprobs=case.top_logprobs)
    return {**body, **case.extra.get(CHAT, {})}


async def create(client: Any, case: Case, model: str, **options: Any) -> Any:
    """The answer to the plain request."""
    shape = {} if case.shape is None else {"response_format": type_to_response_format_param(case.shape)}
    return await settle(client.chat.completions.create(**request(case, model), **shape, **options))


async def chunks_of(client: Any, case: Case, model: str, **options: Any) -> list[Any]:
    """The chunks that answer the plain request."""
    return await drain(await create(client, case, model, stream=True, **options))


def helpers(client: Any) -> Any:
    """Where the SDK keeps `.parse()` and `.stream()`."""
    completions = client.chat.completions
    return completions if hasattr(completions, "stream") else client.beta.chat.completions


def shaped(case: Case) -> Json:
    """The shape as the helpers take it."""
    return {} if case.shape is None else {"response_format": case.shape}


def content(completion: Json) -> tuple[str, tuple[tuple[str, str], ...], str | None]:
    """What the first choice says: its text, calls and refusal."""
    message = completion["choices"][0]["message"]
    calls = [call[call["type"]] for call in message.get("tool_calls", ())]
    calls += [message["function_call"]] if "function_call" in message else []
    spelled = tuple((call["name"], call.get("arguments", call.get("input"))) for call in calls)
    return message["content"] or "", spelled, message["refusal"]


@EVERY_CLIENT
@MODELS
@each(cases(CHAT))
async def test_streams_what_it_answers_whole(fake_openai: FakeOpenAI, case: Case, model: str, client: str) -> None:
    asker = connect(fake_openai, client)

    whole = await anew(fake_openai, case.make(), lambda: create(fake_openai.client, case, model))
    assert content(plain(whole)) == (case.text, case.calls, case.refusal)
    assert len(whole.choices) == case.n

    with expecting(client, CHAT, "whole", case):
        again = await anew(fake_openai, case.make(), lambda: create(asker, case, model))
        assert plain(again) == plain(whole)
    with expecting(client, CHAT, "streamed", case):
        chunks = await anew(fake_openai, case.make(), lambda: chunks_of(asker, case, model, **WITH_USAGE))
        assert fold_chunks([plain(chunk) for chunk in chunks]) == plain(whole)


@each(TYPED)
async def test_streams_what_the_clients_own_state_accumulates(fake_openai: FakeOpenAI, case: Case) -> None:
    asker = fake_openai.client

    whole = await anew(fake_openai, case.make(), lambda: create(asker, case, "gpt-4o"))
    chunks = await anew(fake_openai, case.make(), lambda: chunks_of(asker, case, "gpt-4o", **WITH_USAGE))

    assert as_accumulated(fold_with_state(chunks)) == as_accumulated(plain(whole))


@CLIENTS
@MODELS
@each(STREAMED)
async def test_streams_through_the_helper_what_it_answers_whole(
    fake_openai: FakeOpenAI, case: Case, model: str, client: str
) -> None:
    asker = connect(fake_openai, client)

    async def stream() -> Any:
        async with opened(helpers(asker).stream(**request(case, model), **shaped(case), **WITH_USAGE)) as events:
            return await settle(events.get_final_completion())

    whole = await anew(fake_openai, case.make(), lambda: create(asker, case, model))
    final = await anew(fake_openai, case.make(), stream)

    assert as_accumulated(plain(final)) == as_accumulated(plain(whole))


@CLIENTS
@each(STRICT)
async def test_parses_what_it_answers_whole(fake_openai: FakeOpenAI, case: Case, client: str) -> None:
    asker = connect(fake_openai, client)

    async def parse() -> Any:
        return await settle(helpers(asker).parse(**request(case, "gpt-4o"), **shaped(case)))

    whole = await anew(fake_openai, case.make(), lambda: create(asker, case, "gpt-4o"))
    parsed = await anew(fake_openai, case.make(), parse)

    assert as_accumulated(plain(parsed)) == as_accumulated(plain(whole))


@CLIENTS
@each(case for case in STRICT if case.shape is not None and not case.calls)
async def test_parses_alike_streamed_and_whole(fake_openai: FakeOpenAI, case: Case, client: str) -> None:
    asker = connect(fake_openai, client)
    body = {**request(case, "gpt-4o"), **shaped(case)}

    async def stream() -> Any:
        async with opened(helpers(asker).stream(**body)) as events:
            return await settle(events.get_final_completion())

    final = await anew(fake_openai, case.make(), stream)
    parsed = await anew(fake_openai, case.make(), lambda: settle(helpers(asker).parse(**body)))

    expected = None if case.refusal else pydantic.TypeAdapter(case.shape).validate_json(case.text)
    assert [final.choices[0].message.parsed, parsed.choices[0].message.parsed] == [expected, expected]


@CLIENTS
@each(case for case in TYPED if case.cut and not case.tools)
async def test_ends_early_for_the_helper_as_it_does_whole(fake_openai: FakeOpenAI, case: Case, client: str) -> None:
    asker = connect(fake_openai, client)
    early = (openai.LengthFinishReasonError, openai.ContentFilterFinishReasonError)

    async def stream() -> Any:
        async with opened(helpers(asker).stream(**request(case, "gpt-4o"), **WITH_USAGE)) as events:
            await settle(events.until_done())
            with pytest.raises(early):
                await settle(events.get_final_completion())
            return events.current_completion_snapshot

    whole = await anew(fake_openai, case.make(), lambda: create(asker, case, "gpt-4o"))
    snapshot = await anew(fake_openai, case.make(), stream)

    assert as_accumulated(plain(snapshot)) == as_accumulated(plain(whole))


@CLIENTS
@MODELS
@each(case for case in cases(CHAT) if case.name in ("text", "parallel calls", "choices"))
async def test_streams_usage_only_where_asked(fake_openai: FakeOpenAI, case: Case, model: str, client: str) -> None:
    asker = connect(fake_openai, client)

    whole = plain(await anew(fake_openai, case.make(), lambda: create(asker, case, model)))
    chunks = [plain(c) for c in await anew(fake_openai, case.make(), lambda: chunks_of(asker, case, model))]

    assert [chunk for chunk in chunks if "usage" in chunk or not chunk["choices"]] == []
    assert fold_chunks(chunks) == {key: value for key, value in whole.items() if key != "usage"}


@each(case for case in TYPED if case.text or case.top_logprobs is None)
async def test_says_an_sdk_completion_as_it_is(fake_openai: FakeOpenAI, case: Case) -> None:
    asker = fake_openai.client
    completion: ChatCompletion = await anew(fake_openai, case.make(), lambda: create(asker, case, "gpt-4o"))

    whole = await anew(fake_openai, completion, lambda: create(asker, case, "gpt-4o"))
    chunks = await anew(fake_openai, completion, lambda: chunks_of(asker, case, "gpt-4o", **WITH_USAGE))

    assert plain(whole) == plain(completion)
    assert fold_chunks([plain(chunk) for chunk in chunks]) == plain(completion)


@each(TYPED)
async def test_streams_sdk_chunks_as_they_are(fake_openai: FakeOpenAI, case: Case) -> None:
    asker = fake_openai.client
    scripted: list[ChatCompletionChunk] = await anew(fake_openai, case.make(), lambda: chunks_of(asker, case, "gpt-4o"))

    chunks = await anew(fake_openai, scripted, lambda: chunks_of(asker, case, "gpt-4o"))

    assert [plain(chunk) for chunk in chunks] == [plain(chunk) for chunk in scripted]
