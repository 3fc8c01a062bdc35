"""Legacy completions: a stream says what a blocking answer says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from openai.types import Completion

from pytest_fakeopenai import FakeOpenAI

from .folding import CLIENTS, EVERY_CLIENT, Json, anew, connect, drain, plain, settle
from .replies import COMPLETIONS, Case, cases, each
from .strictness import expecting

pytestmark = pytest.mark.asyncio

MODEL = "gpt-3.5-turbo-instruct"
WITH_USAGE: Json = {"stream_options": {"include_usage": True}}


async def create(client: Any, case: Case, **options: Any) -> Any:
    """The answer to the case's request."""
    body: Json = {"model": MODEL, "prompt": "Once upon a time"}
    if case.n != 1:
        body["n"] = case.n
    if case.top_logprobs is not None:
        body["logprobs"] = case.top_logprobs
    return await settle(client.completions.create(**{**body, **options}))


async def chunks_of(client: Any, case: Case, **options: Any) -> list[Any]:
    """The chunks that answer the case's request."""
    return await drain(await create(client, case, stream=True, **options))


def fold(chunks: Sequence[Json]) -> Json:
    """The completion that chunks amount to."""
    heads = [{key: value for key, value in chunk.items() if key not in ("choices", "usage")} for chunk in chunks]
    assert heads == heads[:1] * len(heads)
    pieces = [choice for chunk in chunks for choice in chunk["choices"]]
    count = 1 + max(piece["index"] for piece in pieces)
    choices = [_fold_choice([piece for piece in pieces if piece["index"] == index]) for index in range(count)]
    counted = [{"usage": chunk["usage"]} for chunk in chunks if chunk.get("usage") is not None]
    assert len(counted) <= 1
    return {**heads[0], "choices": choices, **(counted[0] if counted else {})}


def _fold_choice(pieces: Sequence[Json]) -> Json:
    *before, last = pieces
    assert [piece["finish_reason"] for piece in before] == [None] * len(before)
    logprobs = [piece["logprobs"] for piece in pieces if piece["logprobs"] is not None]
    return {**last, "text": "".join(piece["text"] for piece in pieces), "logprobs": _fold_logprobs(logprobs)}


def _fold_logprobs(logprobs: Sequence[Json]) -> Json | None:
    if not logprobs:
        return None
    return {key: _joined([piece[key] for piece in logprobs]) for key in logprobs[0]}


def _joined(lists: Sequence[list[Any] | None]) -> list[Any] | None:
    """The lists end to end; the alternatives are null throughout where none were asked for."""
    return None if None in lists else [entry for each in lists for entry in each or ()]


@EVERY_CLIENT
@each(cases(COMPLETIONS))
async def test_streams_what_it_answers_whole(fake_openai: FakeOpenAI, case: Case, client: str) -> None:
    asker = connect(fake_openai, client)

    whole = plain(await anew(fake_openai, case.make(), lambda: create(fake_openai.client, case)))
    assert [choice["index"] for choice in whole["choices"]] == list(range(case.n))
    assert whole["choices"][0]["text"] == case.text

    with expecting(client, COMPLETIONS, "whole", case):
        again = await anew(fake_openai, case.make(), lambda: create(asker, case))
        assert plain(again) == whole
    with expecting(client, COMPLETIONS, "streamed", case):
        chunks = await anew(fake_openai, case.make(), lambda: chunks_of(asker, case, **WITH_USAGE))
        assert fold([plain(chunk) for chunk in chunks]) == whole


@CLIENTS
@each(case for case in cases(COMPLETIONS) if case.name in ("text", "choices", "top logprobs", "given logprobs"))
async def test_streams_the_prompt_where_it_is_to_be_echoed(fake_openai: FakeOpenAI, case: Case, client: str) -> None:
    asker = connect(fake_openai, client)

    whole = plain(await anew(fake_openai, case.make(), lambda: create(asker, case, echo=True)))
    chunks = await anew(fake_openai, case.make(), lambda: chunks_of(asker, case, echo=True, **WITH_USAGE))

    assert whole["choices"][0]["text"] == f"Once upon a time{case.text}"
    assert fold([plain(chunk) for chunk in chunks]) == whole


@CLIENTS
async def test_streams_a_choice_for_each_of_several_prompts(fake_openai: FakeOpenAI, client: str) -> None:
    asker = connect(fake_openai, client)
    case = Case("of one", lambda: "Alike", "Alike", n=2)
    prompts = ["One", "Two"]

    whole = plain(await anew(fake_openai, case.make(), lambda: create(asker, case, prompt=prompts)))
    chunks = await anew(fake_openai, case.make(), lambda: chunks_of(asker, case, prompt=prompts, **WITH_USAGE))

    assert [choice["text"] for choice in whole["choices"]] == ["Alike"] * 4
    assert fold([plain(chunk) for chunk in chunks]) == whole


@each(case for case in cases(COMPLETIONS) if case.top_logprobs is None)
async def test_says_an_sdk_completion_as_it_is(fake_openai: FakeOpenAI, case: Case) -> None:
    asker = fake_openai.client
    completion: Completion = await anew(fake_openai, case.make(), lambda: create(asker, case))

    whole = await anew(fake_openai, completion, lambda: create(asker, case))
    chunks = await anew(fake_openai, completion, lambda: chunks_of(asker, case, **WITH_USAGE))

    assert plain(whole) == plain(completion)
    assert fold([plain(chunk) for chunk in chunks]) == plain(completion)


@CLIENTS
async def test_streams_usage_only_where_asked(fake_openai: FakeOpenAI, client: str) -> None:
    asker = connect(fake_openai, client)
    case = Case("a text", lambda: "Hello there", "Hello there")

    whole = plain(await anew(fake_openai, case.make(), lambda: create(asker, case)))
    chunks = [plain(chunk) for chunk in await anew(fake_openai, case.make(), lambda: chunks_of(asker, case))]

    assert [chunk for chunk in chunks if "usage" in chunk or not chunk["choices"]] == []
    assert fold(chunks) == {key: value for key, value in whole.items() if key != "usage"}
