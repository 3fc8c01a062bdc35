"""Many agents at once: each gets its own replies in order, and every request is recorded exactly once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack
from typing import TypeVar

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI, RateLimit, Reply, ToolCall

from .agent import Agent, AsyncAgent, ChatConversation, Conversation, ResponsesConversation

AGENTS = 6
TURNS = 50
QUESTIONS = [[f"question {turn} of agent {agent}" for turn in range(TURNS)] for agent in range(AGENTS)]
REPLIES = [[f"reply {turn} to agent {agent}" for turn in range(TURNS)] for agent in range(AGENTS)]

T = TypeVar("T")
R = TypeVar("R")

clients = pytest.mark.parametrize("shared", [True, False], ids=["one-client", "a-client-each"])


def _system(agent: int) -> str:
    return f"You are agent <{agent}>."


def _conversations() -> list[Conversation]:
    """One for each agent, over both of OpenAI's interfaces."""
    kinds = (ChatConversation, ResponsesConversation)
    return [kinds[agent % 2](_system(agent)) for agent in range(AGENTS)]


def _at_once(function: Callable[[T], R], values: Sequence[T]) -> list[R]:
    """The function's results, each from a thread of its own, started together."""
    barrier = threading.Barrier(len(values))

    def run(value: T) -> R:
        barrier.wait(30)
        return function(value)

    with ThreadPoolExecutor(len(values)) as pool:
        return list(pool.map(run, values))


def _assert_recorded_once(fake: FakeOpenAI) -> None:
    """Every question of every agent is on record once, in the agent's order, with the reply that it got."""
    assert [r.number for r in fake.requests] == list(range(1, AGENTS * TURNS + 1))
    for agent in range(AGENTS):
        own = fake.requests.where(system=_system(agent))
        assert [r.text for r in own] == QUESTIONS[agent]
        assert [getattr(r.reply, "text", None) for r in own] == REPLIES[agent]
        assert {(r.status, r.disconnected) for r in own} == {(200, False)}


@pytest.fixture
def own_replies(fake_openai: FakeOpenAI) -> FakeOpenAI:
    """A fake in which each agent has a queue of replies of its own."""
    for agent in range(AGENTS):
        fake_openai.when(system=_system(agent)).script(*REPLIES[agent])
    return fake_openai


@clients
def test_gives_each_thread_its_own_replies(shared: bool, own_replies: FakeOpenAI) -> None:
    with ExitStack() as stack:
        client = stack.enter_context(openai.OpenAI())
        agents = [Agent(talk, client if shared else None) for talk in _conversations()]
        for agent in agents:
            stack.enter_context(agent)

        def converse(number: int) -> list[str]:
            return [agents[number].ask(question) for question in QUESTIONS[number]]

        assert _at_once(converse, range(AGENTS)) == REPLIES
    _assert_recorded_once(own_replies)


@clients
@pytest.mark.asyncio
async def test_gives_each_task_its_own_replies(shared: bool, own_replies: FakeOpenAI) -> None:
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(openai.AsyncOpenAI())
        agents = [AsyncAgent(talk, client if shared else None) for talk in _conversations()]
        for agent in agents:
            await stack.enter_async_context(agent)

        async def converse(number: int) -> list[str]:
            return [await agents[number].ask(question) for question in QUESTIONS[number]]

        assert await asyncio.gather(*map(converse, range(AGENTS))) == REPLIES
    _assert_recorded_once(own_replies)


def test_keeps_tools_and_retries_of_each_agent_apart(fake_openai: FakeOpenAI) -> None:
    cities = [f"City {agent}" for agent in range(AGENTS)]
    steps = 10
    for agent, city in enumerate(cities):
        turns = [(ToolCall("get_weather", {"city": city}), RateLimit(), f"{city}, {turn}") for turn in range(steps)]
        fake_openai.when(system=_system(agent)).script(*(reply for turn in turns for reply in turn))

    def converse(talk: Conversation) -> list[str]:
        with Agent(talk) as agent:
            return [agent.ask("Weather?") for _ in range(steps)]

    answers = _at_once(converse, _conversations())
    assert answers == [[f"{city}, {turn}" for turn in range(steps)] for city in cities]
    assert len(fake_openai.requests) == AGENTS * steps * 3
    for agent in range(AGENTS):
        own = fake_openai.requests.where(system=_system(agent))
        assert [(r.status, r.attempt) for r in own] == [(200, 0), (429, 0), (200, 1)] * steps
        assert [r.tool_outputs for r in own] == [[], ["unknown"], ["unknown"]] * steps


def test_gives_each_reply_of_a_shared_queue_once(fake_openai: FakeOpenAI) -> None:
    threads, turns = 8, 25
    replies = [f"reply {number:03}" for number in range(threads * turns)]
    fake_openai.script(*replies)

    def converse(thread: int) -> dict[str, str]:
        with Agent(ChatConversation()) as agent:
            return {question: agent.ask(question) for question in (f"{thread}.{turn}" for turn in range(turns))}

    conversations = _at_once(converse, range(threads))
    answers = {question: answer for each in conversations for question, answer in each.items()}
    assert sorted(answers.values()) == replies
    assert all(list(each.values()) == sorted(each.values()) for each in conversations)
    recorded = {r.text: r.reply.text for r in fake_openai.requests if isinstance(r.reply, Reply)}
    assert recorded == answers
    assert len(fake_openai.requests) == threads * turns
