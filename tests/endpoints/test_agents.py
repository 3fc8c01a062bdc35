"""Sessions of agents: turns that the script answers, and the events that tell of them."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from pytest_fakeopenai import Disconnect, FakeOpenAI, Garbage, RateLimit, ServerError

from ._requests import both_clients, call_method

pytestmark = pytest.mark.skipif(not hasattr(openai.resources.beta, "Agents"), reason="this SDK knows no agents")

NOWHERE: Any = {"type": "none"}
TURN = [
    "agent.session.turn.created",
    "agent.session.in_progress",
    "agent.session.turn.in_progress",
    "agent.session.turn.item.added",
    "agent.session.turn.content_part.added",
    "agent.session.turn.output_text.delta",
    "agent.session.turn.output_text.done",
    "agent.session.turn.content_part.done",
    "agent.session.turn.item.done",
    "agent.session.turn.completed",
    "agent.session.idle",
]


def begin(fake: FakeOpenAI, **options: Any) -> Any:
    """A session of an agent of its own."""
    return fake.client.beta.agents.sessions.create(environment=NOWHERE, agent={"model": "gpt-5"}, **options)


def message(text: str) -> Any:
    """An event that says something."""
    content = {"role": "user", "content": [{"type": "input_text", "text": text}]}
    return {"type": "agent.session.input.message", "input": [content]}


def session_events(fake: FakeOpenAI, session: str) -> list[Any]:
    """What has happened in a session."""
    return list(fake.client.beta.agents.sessions.events.stream(session))


@both_clients
def test_answers_a_message_from_the_script(fake_openai: FakeOpenAI, kind: str) -> None:
    fake_openai.script("It is 21 °C.")
    session = begin(fake_openai)
    assert session.status == "idle"
    call_method(fake_openai, kind, "beta.agents.sessions.events.create", session.id, events=[message("Weather?")])
    assert fake_openai.requests.where(endpoint="agents.sessions.events.create").only.status == 202
    events = session_events(fake_openai, session.id)
    assert [event.type for event in events] == ["agent.session.created", "agent.session.idle", *TURN]
    assert events[-1].session.status == "idle"
    assert events[7].delta == events[8].text == "It is 21 °C."
    items: Any = fake_openai.client.beta.agents.sessions.items.list(session.id, order="asc").data
    assert [(item.role, item.content[0].text) for item in items] == [
        ("user", "Weather?"),
        ("assistant", "It is 21 °C."),
    ]
    (turn,) = fake_openai.client.beta.agents.sessions.turns.list(session.id).data
    assert (turn.status, turn.session_id, turn.id) == ("completed", session.id, items[0].turn_id)


def test_remembers_what_was_said(fake_openai: FakeOpenAI) -> None:
    agent = fake_openai.client.beta.agents.create(model="gpt-5", instructions="Be brief.", name="a")
    session = fake_openai.client.beta.agents.sessions.create(environment=NOWHERE, agent_id=agent.id, input="One")
    assert (session.agent.id, session.agent.instructions) == (agent.id, "Be brief.")
    fake_openai.client.beta.agents.sessions.events.create(session.id, events=[message("Two")])
    request = fake_openai.requests.where(endpoint="responses").last
    assert (request.system, request.text) == ("Be brief.", "Two")
    assert [each["role"] for each in request.json["input"]] == ["user", "assistant", "user"]


def test_streams_the_first_turn(fake_openai: FakeOpenAI) -> None:
    events = list(begin(fake_openai, input="Hi", stream=True))
    assert [event.type for event in events] == ["agent.session.created", *TURN]


def test_fails_a_turn_that_has_no_answer(fake_openai: FakeOpenAI) -> None:
    fake_openai.script(ServerError(), RateLimit(), Garbage("no JSON"), Disconnect())
    session = begin(fake_openai, input="Hi")
    fake_openai.client.beta.agents.sessions.events.create(session.id, events=[message("Hi")] * 3)
    turns = fake_openai.client.beta.agents.sessions.turns.list(session.id).data
    assert [turn.status for turn in turns] == ["failed"] * 4
    assert [event.type for event in session_events(fake_openai, session.id)][-2:] == [
        "agent.session.turn.failed",
        "agent.session.idle",
    ]


def test_takes_other_events_without_a_turn(fake_openai: FakeOpenAI) -> None:
    session = begin(fake_openai)
    fake_openai.client.beta.agents.sessions.events.create(session.id, events=[{"type": "agent.session.input.cancel"}])
    assert fake_openai.client.beta.agents.sessions.turns.list(session.id).data == []


def test_does_not_find_what_is_unknown(fake_openai: FakeOpenAI) -> None:
    sessions = fake_openai.client.beta.agents.sessions
    with pytest.raises(openai.NotFoundError):
        sessions.events.create("session_x", events=[message("Hi")])
    with pytest.raises(openai.NotFoundError):
        sessions.events.stream("session_x")
    with pytest.raises(openai.NotFoundError):
        sessions.create(environment=NOWHERE, agent_id="agent_x")


@pytest.mark.fake_openai(assume_exists=True)
def test_tells_the_state_of_a_session_that_is_assumed(fake_openai: FakeOpenAI) -> None:
    assert [event.type for event in session_events(fake_openai, "session_prod")] == ["agent.session.idle"]
    fake_openai.client.beta.agents.sessions.events.create("session_other", events=[message("Hi")])
    assert [event.type for event in session_events(fake_openai, "session_other")] == TURN
