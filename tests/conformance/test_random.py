"""Random replies: whatever a surface can carry, the stream amounts to the blocking answer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_fakeopenai import Chunks, Delay, FakeOpenAI, Pace, Reasoning, Refusal, Reply, Text, ToolCall

from . import test_chat, test_completions, test_responses
from .folding import anew, as_streamed, fold_chunks, fold_events, plain
from .replies import CODE, NOTE, Case

pytestmark = pytest.mark.asyncio

# The world is the fixture's: every example begins with a fresh one.
often = settings(
    max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

_MARKS = st.sampled_from(
    ['"', "\\", "\n", "\r\n", "\u2028", "\x00", "data: ", "[DONE]", "\n\n", "{", "}", " ", "👩‍👩‍👧", "\ufeff", "语"]
)
words = st.lists(st.text(max_size=8) | _MARKS, max_size=6).map("".join)
_DELAYS = st.just(Delay(0.0001))
_TEXTS = words | words.map(Text) | st.lists(words, max_size=4).map(lambda pieces: Chunks(*pieces))
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
)
_CALLS = st.builds(ToolCall, st.just(NOTE), words | st.dictionaries(words, _VALUES, max_size=3)) | st.builds(
    ToolCall, st.just(CODE), words
)
_PARTS = _TEXTS | _CALLS | words.map(Refusal)
_FINISHES = st.none() | st.sampled_from(["stop", "length", "content_filter"])


_PACES = st.none() | st.just(Pace(between=0.0001))


def replies(parts: st.SearchStrategy[Any], paces: st.SearchStrategy[Any] = _PACES) -> st.SearchStrategy[Reply]:
    """Replies of such parts."""
    several = st.lists(parts | _DELAYS, max_size=5)
    return st.builds(lambda output, end, pace: Reply(*output, finish_reason=end, pace=pace), several, _FINISHES, paces)


def answers(parts: st.SearchStrategy[Any], count: int) -> st.SearchStrategy[Reply]:
    """Replies of one choice, or of up to so many."""
    several = st.lists(replies(parts, st.none()), min_size=1, max_size=count)
    return replies(parts) | st.builds(lambda choices, pace: Reply(choices=choices, pace=pace), several, _PACES)


def case_of(reply: Reply, top_logprobs: int | None = None) -> Case:
    """The case of a reply, whose request offers every tool."""
    n = 1 if reply.choices is None else len(reply.choices)
    return Case("random", lambda: reply, tools=(NOTE, CODE), n=n, top_logprobs=top_logprobs)


logprobs = st.sampled_from([None, None, 0, 2])


@often
@given(answers(_PARTS, 3), logprobs, st.sampled_from(["gpt-4o", "gpt-5"]))
async def test_folds_any_chat_completion(fake_openai: FakeOpenAI, reply: Reply, top: int | None, model: str) -> None:
    case, client = case_of(reply, top), fake_openai.client

    whole = await anew(fake_openai, reply, lambda: test_chat.create(client, case, model))
    chunks = await anew(fake_openai, reply, lambda: test_chat.chunks_of(client, case, model, **test_chat.WITH_USAGE))

    assert fold_chunks([plain(chunk) for chunk in chunks]) == plain(whole)


@often
@given(replies(_PARTS | words.map(Reasoning)), logprobs, st.sampled_from(["gpt-4o", "gpt-5"]))
async def test_folds_any_response(fake_openai: FakeOpenAI, reply: Reply, top: int | None, model: str) -> None:
    case, client = case_of(reply, top), fake_openai.client

    whole = await anew(fake_openai, reply, lambda: test_responses.create(client, case, model))
    events = await anew(fake_openai, reply, lambda: test_responses.events_of(client, case, model))

    assert fold_events([plain(event) for event in events]) == as_streamed(plain(whole))


@often
@given(answers(_TEXTS, 3), logprobs)
async def test_folds_any_legacy_completion(fake_openai: FakeOpenAI, reply: Reply, top: int | None) -> None:
    case, client = case_of(reply, top), fake_openai.client

    whole = await anew(fake_openai, reply, lambda: test_completions.create(client, case))
    chunks = await anew(
        fake_openai, reply, lambda: test_completions.chunks_of(client, case, **test_completions.WITH_USAGE)
    )

    assert test_completions.fold([plain(chunk) for chunk in chunks]) == plain(whole)
