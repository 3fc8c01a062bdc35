"""The travel agent, tested as its authors would test it: by what it is told, what it says and what it asks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

from pytest_fakeopenai import (
    Chunks,
    ContextLengthExceeded,
    Disconnect,
    FakeOpenAI,
    Overloaded,
    RateLimit,
    Refusal,
    Reply,
    ServerError,
    Text,
    Timeout,
    ToolCall,
)

from .agent import (
    BUSY,
    DOWN,
    LOST,
    MODEL,
    REMEMBERED_TURNS,
    SMALLER_MODEL,
    SUMMARISE,
    SYSTEM,
    Agent,
    AsyncAgent,
    ChatConversation,
    Conversation,
    ResponsesConversation,
    Trip,
    Unavailable,
)

PARIS = ToolCall("get_weather", {"city": "Paris"})
OSLO = ToolCall("get_weather", {"city": "Oslo"})
EUROS = ToolCall("convert_currency", {"amount": 100, "source": "USD", "target": "EUR"})
TRIP = Trip(city="Paris", nights=3, remarks=["Bring a hat."])

PATHS = {ChatConversation: "/v1/chat/completions", ResponsesConversation: "/v1/responses"}


class Driver:
    """An agent of either kind, asked from a test that is not asynchronous; `pieces` are what it showed."""

    def __init__(self, conversation: Conversation, run: Callable[[Any], Any], agent: Agent | AsyncAgent) -> None:
        self.conversation = conversation
        self.pieces: list[str] = []
        self._run = run
        self._agent = agent

    def configure(self, **options: Any) -> None:
        """Give the client other options."""
        client: Any = self._agent.client
        self._agent.client = client.copy(**options)

    def ask(self, question: str) -> str:
        """The agent's answer."""
        answer: str = self._run(self._agent.ask(question, self.pieces.append))
        return answer

    def summarise(self) -> Trip | None:
        """The agent's summary."""
        trip: Trip | None = self._run(self._agent.summarise())
        return trip


def _same(value: Any) -> Any:
    return value


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> str:
    mode: str = request.param
    return mode


@pytest.fixture(params=[ChatConversation, ResponsesConversation], ids=["chat", "responses"])
def agent(request: pytest.FixtureRequest, mode: str, fake_openai: FakeOpenAI) -> Iterator[Driver]:
    conversation: Conversation = request.param()
    if mode == "sync":
        with Agent(conversation) as agent:
            yield Driver(conversation, _same, agent)
        return
    loop = asyncio.new_event_loop()
    asynchronous = AsyncAgent(conversation)
    yield Driver(conversation, loop.run_until_complete, asynchronous)
    loop.run_until_complete(asynchronous.client.close())
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


def test_is_written_without_knowing_the_fake() -> None:
    sources = [Path(__file__).with_name(name).read_text("utf-8") for name in ("agent.py", "__main__.py")]
    assert [word for word in ("fake", "base_url", "api_key", "pytest") for text in sources if word in text] == []


def test_answers_a_question(agent: Driver, fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Paris is lovely in May.")
    assert agent.ask("Where to go in May?") == "Paris is lovely in May."
    request = fake_openai.requests.only
    assert request.path == PATHS[type(agent.conversation)]
    assert (request.model, request.system, request.text) == (MODEL, SYSTEM, "Where to go in May?")
    assert request.tool_names == ["get_weather", "convert_currency"]
    assert request.stream


def test_echoes_while_nothing_is_scripted(agent: Driver, fake_openai: FakeOpenAI) -> None:
    assert agent.ask("Where to go in May?") == "Where to go in May?"


def test_shows_the_pieces_in_order(agent: Driver, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Chunks("Pa", "ris ", "is", " lovely."))
    assert agent.ask("Where to go?") == "Paris is lovely."
    assert agent.pieces == ["Pa", "ris ", "is", " lovely."]


def test_remembers_the_turns_before(agent: Driver, fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Paris.", "21 °C.")
    agent.ask("Where to go?")
    agent.ask("How warm is it there?")
    first, second = fake_openai.requests
    if isinstance(agent.conversation, ChatConversation):
        assert [m["content"] for m in second.messages] == [SYSTEM, "Where to go?", "Paris.", "How warm is it there?"]
    else:
        assert second.json["previous_response_id"] == first.response["id"]
        assert second.messages == [{"role": "user", "content": "How warm is it there?"}]


def test_tries_again_uses_its_tool_and_tells(agent: Driver, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(RateLimit(), PARIS, "It is 21 °C in Paris.")
    assert agent.ask("Weather in Paris?") == "It is 21 °C in Paris."
    refused, retried, continued = fake_openai.requests
    assert [(r.status, r.attempt) for r in (refused, retried, continued)] == [(429, 0), (200, 1), (200, 0)]
    assert refused.body == retried.body
    assert retried.tool_outputs == []
    assert continued.tool_outputs == ["21 °C, sunny"]


def test_uses_its_tools_by_rules(agent: Driver, fake_openai: FakeOpenAI) -> None:
    fake_openai.when(tool_result="sunny").always("Pack light.")
    fake_openai.when(tool_result="rain").always("Bring an umbrella.")
    fake_openai.when(text="Paris").always(PARIS)
    fake_openai.when(text="Oslo").always(OSLO)
    assert agent.ask("What to pack for Oslo?") == "Bring an umbrella."
    assert agent.ask("What to pack for Paris?") == "Pack light."
    assert [r.tool_outputs for r in fake_openai.requests] == [[], ["9 °C, rain"], [], ["21 °C, sunny"]]


def test_uses_parallel_tools_in_one_step(agent: Driver, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(PARIS, OSLO, EUROS), "Go to Paris with your 80 euros.")
    assert agent.ask("Paris or Oslo for 100 dollars?") == "Go to Paris with your 80 euros."
    _, continued = fake_openai.requests
    assert continued.tool_outputs == ["21 °C, sunny", "9 °C, rain", "80.00 EUR"]
    assert len(fake_openai.requests.where(tool_result="80.00 EUR")) == 1


def test_uses_tools_in_several_steps(agent: Driver, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("Let me see. ", PARIS), EUROS, "21 °C and 80 euros.")
    assert agent.ask("Weather, and what are 100 dollars?") == "21 °C and 80 euros."
    assert "".join(agent.pieces) == "Let me see. 21 °C and 80 euros."
    assert [r.tool_outputs for r in fake_openai.requests] == [[], ["21 °C, sunny"], ["80.00 EUR"]]


def test_ties_results_to_their_calls(agent: Driver, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(ToolCall("get_weather", {"city": "Oslo"}, id="call_a"), PARIS), "Paris, then.")
    agent.ask("Paris or Oslo?")
    results = [m for m in fake_openai.requests.last.messages if "output" in m or m.get("role") == "tool"]
    texts = [result.get("output") or result.get("content") for result in results]
    ids = [result.get("call_id") or result.get("tool_call_id") for result in results]
    assert texts == ["9 °C, rain", "21 °C, sunny"]
    assert ids[0] == "call_a"
    assert len(set(ids)) == 2


@pytest.mark.parametrize(
    ("call", "output"),
    [
        (ToolCall("get_weather", '{"city": "Par'), "error: the arguments of get_weather are not valid JSON"),
        (ToolCall("get_weather", "[1]"), "error: wrong arguments for get_weather"),
        (ToolCall("get_weather", {"town": "Paris"}, unchecked=True), "error: wrong arguments for get_weather"),
        (
            ToolCall("convert_currency", {"amount": 1, "source": "EUR", "target": "XAU"}),
            "error: wrong arguments for convert_currency",
        ),
        (
            ToolCall("book_flight", {"to": "Paris"}, unchecked=True),
            "error: there is no tool book_flight; there are get_weather, convert_currency",
        ),
    ],
    ids=["broken-json", "not-an-object", "wrong-name", "unknown-currency", "hallucinated-tool"],
)
def test_tells_the_model_of_its_mistakes(call: ToolCall, output: str, agent: Driver, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(call, "Sorry, let me think again.")
    assert agent.ask("Weather in Paris?") == "Sorry, let me think again."
    assert fake_openai.requests.last.tool_outputs == [output]


@pytest.mark.parametrize("error", [RateLimit(), ServerError(), Overloaded()], ids=repr)
def test_leaves_two_retries_to_the_client(error: Any, agent: Driver, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(error, error, "Here I am.")
    assert agent.ask("Are you there?") == "Here I am."
    assert [(r.status, r.attempt) for r in fake_openai.requests] == [
        (error.status, 0),
        (error.status, 1),
        (200, 2),
    ]


def test_turns_to_the_smaller_model_when_the_limit_stays(agent: Driver, fake_openai: FakeOpenAI) -> None:
    fake_openai.when(model=SMALLER_MODEL).script("Paris, says the smaller model.")
    fake_openai.when(model=MODEL).always(RateLimit())
    assert agent.ask("Where to go?") == "Paris, says the smaller model."
    assert [(r.model, r.attempt) for r in fake_openai.requests] == [
        (MODEL, 0),
        (MODEL, 1),
        (MODEL, 2),
        (SMALLER_MODEL, 0),
    ]


def test_says_that_it_is_busy_when_every_model_is_limited(agent: Driver, fake_openai: FakeOpenAI) -> None:
    fake_openai.otherwise(RateLimit())
    with pytest.raises(Unavailable) as caught:
        agent.ask("Where to go?")
    assert str(caught.value) == BUSY
    assert [r.attempt for r in fake_openai.requests] == [0, 1, 2, 0, 1, 2]
    limit = caught.value.__cause__
    assert isinstance(limit, openai.RateLimitError)
    assert limit.code == "rate_limit_exceeded"
    assert limit.response.headers["retry-after-ms"] == "1"


def test_says_that_it_is_down_after_three_server_errors(agent: Driver, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(ServerError(), ServerError(), ServerError())
    with pytest.raises(Unavailable) as caught:
        agent.ask("Where to go?")
    assert str(caught.value) == DOWN
    assert [(r.status, r.attempt) for r in fake_openai.requests] == [(500, 0), (500, 1), (500, 2)]


@pytest.mark.parametrize("cut", [Disconnect(), ServerError()], ids=repr)
def test_says_that_the_connection_was_lost_in_mid_stream(cut: Any, agent: Driver, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(Chunks("Paris ", "is "), cut), "Paris is lovely.")
    with pytest.raises(Unavailable) as caught:
        agent.ask("Where to go?")
    assert str(caught.value) == LOST
    assert agent.pieces == ["Paris ", "is "]
    assert agent.ask("Where to go, please?") == "Paris is lovely."
    assert [m["content"] for m in fake_openai.requests.last.messages if m["role"] == "user"] == ["Where to go, please?"]


@pytest.mark.parametrize(
    ("before", "message"), [((), DOWN), ((Chunks("Paris "),), LOST)], ids=["at-once", "in-mid-stream"]
)
def test_gives_up_on_an_answer_that_does_not_come(
    before: tuple[Any, ...], message: str, agent: Driver, fake_openai: FakeOpenAI
) -> None:
    fake_openai.script(Reply(*before, Timeout()))
    agent.configure(max_retries=0, timeout=openai.Timeout(30, read=1.0))
    with pytest.raises(Unavailable) as caught:
        agent.ask("Where to go?")
    assert str(caught.value) == message
    assert fake_openai.requests.only.text == "Where to go?"


def test_shortens_a_conversation_that_is_too_long(agent: Driver, fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Paris.", ContextLengthExceeded(), "21 °C.")
    agent.ask("Where to go?")
    assert agent.ask("How warm is Paris?") == "21 °C."
    first, refused, short = fake_openai.requests
    assert [r.status for r in fake_openai.requests] == [200, 400, 200]
    assert short.attempt == 0
    assert [m["content"] for m in short.messages if m["role"] == "user"] == ["How warm is Paris?"]
    if isinstance(agent.conversation, ChatConversation):
        assert (len(refused.messages), len(short.messages)) == (4, 2)
    else:
        assert refused.json["previous_response_id"] == first.response["id"]
        assert short.json["previous_response_id"] is None


def test_gives_up_when_there_is_nothing_to_shorten(agent: Driver, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(ContextLengthExceeded())
    with pytest.raises(Unavailable) as caught:
        agent.ask("A very long question")
    assert str(caught.value) == DOWN
    assert fake_openai.requests.only.status == 400


def test_remembers_the_newest_turns_only(fake_openai: FakeOpenAI) -> None:
    questions = [f"Question {number}?" for number in range(REMEMBERED_TURNS + 3)]
    with Agent(ChatConversation()) as agent:
        assert [agent.ask(question) for question in questions] == questions
    texts = [m["content"] for m in fake_openai.requests.last.messages if m["role"] == "user"]
    assert texts == questions[-REMEMBERED_TURNS - 1 :]


def test_passes_a_refusal_on(agent: Driver, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Refusal("I cannot help with smuggling."))
    assert agent.ask("How to smuggle?") == "I cannot help with smuggling."
    assert "".join(agent.pieces) == "I cannot help with smuggling."


@pytest.mark.parametrize("reply", [TRIP, TRIP.model_dump(), TRIP.model_dump_json()], ids=["model", "dict", "text"])
def test_summarises_as_a_trip(reply: Any, agent: Driver, fake_openai: FakeOpenAI) -> None:
    fake_openai.script("Paris, three nights.", reply)
    agent.ask("Where to go?")
    assert agent.summarise() == TRIP
    request = fake_openai.requests.last
    assert (request.text, request.system, request.stream) == (SUMMARISE, SYSTEM, False)


def test_summarises_by_echo_as_something_that_fits(agent: Driver, fake_openai: FakeOpenAI) -> None:
    assert isinstance(agent.summarise(), Trip)
    assert isinstance(json.loads(_text(fake_openai.requests.only.response))["nights"], int)


def _text(response: dict[str, Any]) -> str:
    if response["object"] == "response":
        text: str = response["output"][0]["content"][0]["text"]
        return text
    content: str = response["choices"][0]["message"]["content"]
    return content


def test_has_no_summary_when_the_model_refuses(agent: Driver, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Refusal("I would rather not."))
    assert agent.summarise() is None
    assert fake_openai.requests.only.status == 200


def test_summarises_after_server_errors(agent: Driver, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(ServerError(), Overloaded(), TRIP)
    assert agent.summarise() == TRIP
    assert [(r.status, r.attempt) for r in fake_openai.requests] == [(500, 0), (503, 1), (200, 2)]


def test_raises_when_the_summary_breaks_the_schema(agent: Driver, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Text('{"city": "Paris"}', unchecked=True))
    with pytest.raises(ValueError, match="nights"):
        agent.summarise()
    assert fake_openai.requests.only.status == 200
