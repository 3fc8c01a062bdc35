"""The travel office, tested as its authors would test it: across the whole API, from end to end."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from openai.resources.responses import Responses

from pytest_fakeopenai import ApiError, Chunks, FakeOpenAI, FileSearch, Reply, ServerError, ToolCall
from pytest_fakeopenai.server.thread import ServerThread

from ..endpoints.threads._runs import deprecated
from .office import (
    PART_SIZE,
    Answer,
    Chat,
    Guides,
    Inbox,
    advise,
    ask_asynchronously,
    begin,
    go_on,
    judge,
    look_back,
    research,
    research_asynchronously,
    stream_asynchronously,
)

pytestmark = [*deprecated]

GUIDES = {
    "paris.md": "# Paris\nThe Louvre is closed on Tuesdays.",
    "oslo.md": "# Oslo\nThe opera house has a roof that visitors walk on.",
}
ABOUT_PARIS = "When is the Louvre closed?"
ABOUT_OSLO = "Which roof do visitors walk on?"

has_background = pytest.mark.skipif(
    "background" not in inspect.signature(Responses.create).parameters, reason="this SDK has no background responses"
)
has_conversations = pytest.mark.skipif(
    not hasattr(openai.OpenAI, "conversations"), reason="this SDK has no conversations"
)
has_webhooks = pytest.mark.skipif(not hasattr(openai.OpenAI, "webhooks"), reason="this SDK knows no webhooks")


@pytest.fixture
def client(fake_openai: FakeOpenAI) -> Iterator[openai.OpenAI]:
    """The office's own client."""
    with openai.OpenAI() as client:
        yield client


@pytest.fixture
def guides(client: openai.OpenAI) -> Guides:
    guides = Guides(client)
    guides.add(GUIDES)
    return guides


def test_is_written_without_knowing_the_fake() -> None:
    text = Path(__file__).with_name("office.py").read_text("utf-8")
    assert [word for word in ("fake", "base_url", "api_key", "pytest") if word in text] == []


# Retrieval


def test_shows_the_model_what_was_found(guides: Guides, fake_openai: FakeOpenAI) -> None:
    fake_openai.when(system="closed on Tuesdays").script("On Tuesdays.")
    assert guides.look_up(ABOUT_PARIS) == Answer("On Tuesdays.", ["paris.md", "oslo.md"])
    shown = fake_openai.requests.last.system
    assert shown is not None
    assert shown.index("[paris.md] # Paris") < shown.index("[oslo.md] # Oslo")


def test_answers_out_of_the_guides_where_nothing_is_scripted(guides: Guides) -> None:
    assert guides.ask(ABOUT_PARIS) == Answer(GUIDES["paris.md"], ["paris.md"])
    assert guides.ask(ABOUT_OSLO) == Answer(GUIDES["oslo.md"], ["oslo.md"])


def test_cites_what_the_scripted_model_looks_for(guides: Guides, fake_openai: FakeOpenAI) -> None:
    fake_openai.script("I know without looking.", Reply(FileSearch("opera house"), "On that of the opera."))
    assert guides.ask(ABOUT_OSLO) == Answer("I know without looking.")
    assert guides.ask(ABOUT_OSLO) == Answer("On that of the opera.", ["oslo.md"])


@pytest.mark.parametrize("scripted", [True, False])
def test_tells_an_answer_piece_by_piece(guides: Guides, fake_openai: FakeOpenAI, scripted: bool) -> None:
    if scripted:
        fake_openai.script(Reply(FileSearch(), Chunks("On ", "Tuesdays.")))
    pieces: list[str] = []
    answer = guides.tell(ABOUT_PARIS, pieces.append)
    assert answer == Answer("On Tuesdays." if scripted else GUIDES["paris.md"], ["paris.md"])
    assert len(pieces) > 1
    assert "".join(pieces) == answer.text


@pytest.mark.asyncio
async def test_answers_many_at_once(guides: Guides, async_openai_client: openai.AsyncOpenAI) -> None:
    questions = [ABOUT_PARIS, ABOUT_OSLO] * 5
    answers = await asyncio.gather(
        *[ask_asynchronously(async_openai_client, guides.store_id, each) for each in questions]
    )
    assert [answer.sources for answer in answers] == [["paris.md"], ["oslo.md"]] * 5


def test_finds_what_was_uploaded_in_parts(guides: Guides, fake_openai: FakeOpenAI, tmp_path: Path) -> None:
    chapters = [f"Chapter {number}: the {number}th museum of Rome is in street {number}." for number in range(400)]
    guide = tmp_path / "rome.md"
    guide.write_bytes("\n\n".join(chapters).encode())

    guides.add_large(guide)

    parts = fake_openai.requests.where(endpoint="uploads.parts.create")
    assert len(parts) == -(-guide.stat().st_size // PART_SIZE)
    assert b"".join((part.form or {})["data"].content for part in parts) == guide.read_bytes()
    answer = guides.ask("Where is the 321th museum of Rome?")
    assert answer.sources == ["rome.md"]
    assert chapters[321] in answer.text


# A batch


def test_judges_a_hundred_reviews_of_which_two_fail(client: openai.OpenAI, fake_openai: FakeOpenAI) -> None:
    fake_openai.when(text="review 13").always(ApiError(429, "Too many reviews"))
    fake_openai.when(text="review 77").always(ApiError(400, "Too odd", code="odd"))
    fake_openai.otherwise(lambda request: f"The {request.text} is kind.")
    reviews = [f"review {place}" for place in range(100)]

    judged, failed = judge(client, reviews)

    assert judged == {place: f"The review {place} is kind." for place in range(100) if place not in (13, 77)}
    assert failed == {13: "Too many reviews", 77: "Too odd"}
    requests = fake_openai.requests.where(endpoint="chat.completions")
    assert [request.text for request in requests] == reviews
    (batch,) = client.batches.list().data
    assert batch.request_counts is not None
    assert batch.request_counts.to_dict() == {"total": 100, "completed": 98, "failed": 2}


# Assistants


def test_advises_with_its_tools(client: openai.OpenAI, fake_openai: FakeOpenAI) -> None:
    paris, oslo = (ToolCall("get_weather", {"city": city}) for city in ("Paris", "Oslo"))
    fake_openai.script(Reply(paris, oslo), "Go to Paris.")
    assert advise(client, "Paris or Oslo?") == "Go to Paris."
    assert fake_openai.requests.where(endpoint="threads.runs.submit_tool_outputs").only.tool_outputs == [
        "21 °C, sunny",
        "9 °C, rain",
    ]


def test_says_how_a_run_failed(client: openai.OpenAI, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Go to", ServerError()))
    with pytest.raises(RuntimeError, match="the run ended as failed: The server had an error"):
        advise(client, "Paris or Oslo?")


def test_streams_a_thread(client: openai.OpenAI, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Chunks("Pa", "ris."), Chunks("Warm."))
    chat, pieces = Chat(client), list[str]()
    chat.say("Where to?", pieces.append)
    chat.say("How is it there?", pieces.append)
    assert pieces == ["Pa", "ris.", "Warm."]
    assert chat.history() == ["user: Where to?", "assistant: Paris.", "user: How is it there?", "assistant: Warm."]


@pytest.mark.asyncio
async def test_streams_a_thread_from_an_event_loop(
    fake_openai: FakeOpenAI, async_openai_client: openai.AsyncOpenAI
) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply(Chunks("Pa"), gate, Chunks("ris.")))
    pieces = []
    async for piece in stream_asynchronously(async_openai_client, "Where to?"):
        pieces.append(piece)
        gate.open()  # so the first piece is here before the second is sent
    assert pieces == ["Pa", "ris."]


# Responses


@has_background
def test_waits_for_what_takes_its_time(client: openai.OpenAI, fake_openai: FakeOpenAI) -> None:
    gate = fake_openai.gate()
    fake_openai.script(Reply("A long", gate, " story."))
    states: list[str] = []

    def wait(state: str) -> None:
        states.append(state)
        if len(states) == 3:
            gate.open()

    assert research(client, "Why is Paris lovely?", wait) == "A long story."
    assert states == ["queued", "in_progress", "in_progress"]


@has_background
@pytest.mark.asyncio
async def test_works_on_several_questions_at_once(
    fake_openai: FakeOpenAI, async_openai_client: openai.AsyncOpenAI
) -> None:
    fake_openai.otherwise(lambda request: f"{request.text} Because.")
    assert await research_asynchronously(async_openai_client, "Why?", "Why not?") == [
        "Why? Because.",
        "Why not? Because.",
    ]


@has_conversations
def test_goes_on_with_a_conversation(client: openai.OpenAI, fake_openai: FakeOpenAI) -> None:
    fake_openai.script("To Paris.", "In May.")
    conversation = begin(client, "Ada")
    assert go_on(client, conversation, "Where to?") == "To Paris."
    with openai.OpenAI() as another:  # the next day, say
        assert go_on(another, conversation, "And when?") == "In May."
        assert look_back(another, conversation) == [
            "user: Where to?",
            "assistant: To Paris.",
            "user: And when?",
            "assistant: In May.",
        ]


@contextlib.contextmanager
def serving(inbox: Inbox) -> Iterator[str]:
    """The URL of the office's web application while it serves."""
    server = ServerThread(inbox.app)
    try:
        yield f"{server.url}/openai-webhook"
    finally:
        server.stop()


@has_webhooks
def test_is_told_of_a_response_that_has_ended(client: openai.OpenAI, fake_openai: FakeOpenAI) -> None:
    fake_openai.script("A long story.")
    data: dict[str, Any] = {"id": client.responses.create(model="gpt-5", input="Why?", background=True).id}
    inbox = Inbox()
    with serving(inbox) as url:
        delivered = fake_openai.webhook("response.completed", to=url, data=data)
        assert (delivered.status, delivered.text, inbox.texts) == (200, "thanks", ["A long story."])
        forged = fake_openai.webhook("response.completed", to=url, data=data, secret="whsec_AAAA")
        assert (forged.status, forged.text, inbox.texts) == (400, "wrong signature", ["A long story."])
