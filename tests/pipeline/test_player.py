"""Playing a reply to a sink that is neither an HTTP answer nor a log: frames, as a WebSocket would send them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from functools import partial
from typing import Any, TypeVar

import pytest

from pytest_fakeopenai import (
    ApiError,
    Chunks,
    Delay,
    Disconnect,
    FileSearch,
    Garbage,
    Gate,
    Pace,
    Patch,
    RateLimit,
    Reasoning,
    Refusal,
    Reply,
    Structured,
    Text,
    Timeout,
    ToolCall,
    Vectors,
)
from pytest_fakeopenai.endpoints.chat_completions.builder import ChatCompletionBuilder
from pytest_fakeopenai.endpoints.chat_completions.surface import SURFACE as CHAT_COMPLETIONS
from pytest_fakeopenai.endpoints.completions.builder import CompletionBuilder
from pytest_fakeopenai.endpoints.responses.background import build as build_response
from pytest_fakeopenai.endpoints.responses.surface import SURFACE as RESPONSES
from pytest_fakeopenai.endpoints.threads.builder import NewRun
from pytest_fakeopenai.pipeline.context import RequestContext
from pytest_fakeopenai.pipeline.player import Generation, ReplyPlayer
from pytest_fakeopenai.pipeline.scope import Message
from pytest_fakeopenai.pipeline.surface import Surface
from pytest_fakeopenai.pipeline.writer import ClientGone, ResponseWriter
from pytest_fakeopenai.replies.parts import Part, StreamEvent, Verbatim
from pytest_fakeopenai.settings import Settings
from pytest_fakeopenai.state.world import World
from pytest_fakeopenai.wire.billing import deltas
from pytest_fakeopenai.wire.protocol.call import Call
from pytest_fakeopenai.wire.protocol.events import Event

# Texts are cut into words.
pytestmark = pytest.mark.usefixtures("without_tokenizer")

T = TypeVar("T")
Json = dict[str, Any]
CHAT: Json = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], "stream": True}
RESPONSE: Json = {"model": "gpt-4o", "input": "Hi", "stream": True}
WHOLE = Verbatim("Response", {})
PARIS = ToolCall("get_weather", {"city": "Paris"}, id="call_1")


class Frames:
    """A sink that keeps every frame, and what else befalls the connection, in one list.

    Its client waits `patience` times for more, or for ever.
    """

    takes_pieces = True

    def __init__(self, patience: float = float("inf")) -> None:
        self.taken: list[object] = []
        self.waits: list[float] = []
        self._patience = patience

    @property
    def is_begun(self) -> bool:
        return bool(self.taken)

    def emit(self, event: Event) -> None:
        self.taken += map(bytes.decode, event.payloads)

    async def flush(self) -> None:
        self.taken.append("flushed")

    def add_garbage(self, data: bytes) -> None:
        self.taken.append(data)

    async def wait(self, waiter: Awaitable[T], seconds: float = 0.0) -> T:
        self.waits.append(seconds)
        result = await waiter
        if len(self.waits) > self._patience:
            raise ClientGone
        return result

    async def hang(self) -> None:
        raise ClientGone

    async def disconnect(self, body: Callable[[], bytes] | None) -> bool:
        self.taken.append("cut before it began" if body is None else "cut")
        return True

    async def truncate(self, body: Callable[[], bytes] | None) -> bool:
        self.taken.append("ended before it began" if body is None else "ended")
        return True

    async def finish(self, body: bytes | None) -> None:
        self.taken.append("broken off" if body is None else json.loads(body))

    @property
    def events(self) -> list[Json]:
        """The frames that are events."""
        return [json.loads(frame) for frame in self.taken if isinstance(frame, str) and frame.startswith("{")]


async def _nothing() -> Message:
    raise NotImplementedError


async def _nowhere(message: Message) -> None:
    raise NotImplementedError


def context_of(world: World, endpoint: str) -> RequestContext:
    """A request that came by no connection."""
    about: Json = {"method": "POST", "path": "/", "endpoint": endpoint, "headers": {}, "query": {}, "body": b"{}"}
    record = world.journal.open(**about)
    writer = ResponseWriter(record, {}, _nothing, _nowhere, "req_1")

    async def app(*scope: object) -> None:
        raise NotImplementedError

    return RequestContext(world, record, writer, {}, app)


def generation_of(surface: Surface, body: Json, reply: Reply, sink: Frames) -> Generation:
    """What answers a request with a reply."""
    context = context_of(World(Settings()), surface.endpoint)
    call = surface.read(body, context)
    context.record._note_call(call)
    cut = partial(deltas.cut, model=call.model)
    builder = surface.builder(call, reply, context, cut)
    return Generation(context, surface, call, builder, reply.pace or Pace(), sink)


def play(reply: Reply, *, surface: Surface = RESPONSES, body: Json = RESPONSE, patience: float = 99) -> Frames:
    """The frames of a reply."""
    sink = Frames(patience)

    async def run() -> None:
        choices = [choice.parts for choice in reply.choices or (reply,)]
        await ReplyPlayer(generation_of(surface, body, reply, sink)).play(choices)

    asyncio.run(run())
    return sink


def follow(parts: Iterable[Part | Exception], patience: float = 99) -> Frames:
    """The frames of a generator's parts."""
    sink = Frames(patience)

    async def source() -> AsyncIterator[Part]:
        for part in parts:
            if isinstance(part, Exception) and not isinstance(part, ApiError):
                raise part
            yield part

    async def run() -> None:
        await ReplyPlayer(generation_of(RESPONSES, RESPONSE, Reply(), sink)).follow(source())

    asyncio.run(run())
    return sink


def kinds(sink: Frames) -> list[str]:
    return [event["type"].removeprefix("response.") for event in sink.events]


def pieces(sink: Frames) -> list[str]:
    return [event["delta"] for event in sink.events if event["type"].endswith(".delta")]


def test_sends_every_event_as_a_frame_and_then_the_body() -> None:
    sink = play(Reply(Chunks("Hel", "lo")))
    assert kinds(sink) == [
        *("created", "in_progress", "output_item.added", "content_part.added"),
        *("output_text.delta", "output_text.delta"),
        *("output_text.done", "content_part.done", "output_item.done", "completed"),
    ]
    assert [event["sequence_number"] for event in sink.events] == list(range(10))
    body = sink.taken[-1]
    assert isinstance(body, dict)
    assert body["output"][0]["content"][0]["text"] == "Hello"


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (Text("Hi you"), ["Hi", " you"]),
        (Chunks("H", "i"), ["H", "i"]),
        (Refusal("No"), ["No"]),
        (Reasoning("Hm"), ["Hm"]),
        (PARIS, ["{", '"city"', ":", '"Paris"', "}"]),
        (FileSearch(), []),
    ],
    ids=repr,
)
def test_carries_every_kind_of_content(part: Part, expected: list[str]) -> None:
    sink = play(Reply(part))
    assert pieces(sink) == expected
    assert kinds(sink)[-1] == "completed"


def test_waits_where_the_reply_does() -> None:
    gate = Gate()
    gate.open()
    sink = play(Reply(Delay(0.001), "a", gate, "b c", pace=Pace(first=0.003, between=0.002)))
    assert sink.waits == [0.003, 0.001, 0.0, 0.002, 0.002]
    assert pieces(sink) == ["a", "b", " c"]


def test_is_ended_by_a_gate_that_nobody_opens() -> None:
    sink = play(Reply("a", Gate(timeout=0.001)))
    assert sink.events[-1]["response"]["error"]["code"] == "gate_never_opened"
    assert sink.taken[-1] == "broken off"


def test_tells_of_an_error_behind_its_beginning() -> None:
    sink = play(Reply("a", RateLimit(), "b"))
    assert kinds(sink)[-2:] == ["error", "failed"]
    assert sink.taken[-1] == "broken off"


def test_raises_an_error_that_it_begins_with() -> None:
    with pytest.raises(RateLimit):
        play(Reply(RateLimit(), "a"))


def test_spoils_the_stream_at_its_place() -> None:
    sink = play(Reply(Garbage("?"), "a", Garbage("!"), "b"))
    assert sink.taken[0] == b"?"
    assert kinds(sink)[-1] == "completed"
    spoilt = sink.taken.index(b"!")
    assert '"delta":"a"' in str(sink.taken[spoilt - 1])
    assert '"delta":"b"' in str(sink.taken[spoilt + 1])


def test_sends_the_first_of_many_pieces_before_the_rest_is_made() -> None:
    sink = play(Reply(Chunks(*"a" * 300)))
    assert sink.taken.count("flushed") == 1
    assert sum('"delta"' in str(frame) for frame in sink.taken[: sink.taken.index("flushed")]) == 8
    assert [event["sequence_number"] for event in sink.events] == list(range(308))


def test_ends_where_the_connection_is_cut() -> None:
    assert play(Reply(Disconnect(), "a")).taken == ["cut before it began"]
    sink = play(Reply("a", Disconnect(), "b"))
    assert (sink.taken[-1], pieces(sink)) == ("cut", ["a"])


def test_ends_with_a_client_that_hangs_up() -> None:
    with pytest.raises(ClientGone):
        play(Reply("a", Timeout(), "b"))
    with pytest.raises(ClientGone):
        play(Reply("a", Delay(0.0), "b"), patience=0)


def test_plays_choices_in_turn() -> None:
    sink = play(Reply(choices=[Chunks("a", "b"), "c"]), surface=CHAT_COMPLETIONS, body={**CHAT, "n": 2})
    deltas_of = [(each["choices"][0]["index"], each["choices"][0]["delta"].get("content")) for each in sink.events]
    assert deltas_of == [(0, ""), (0, "a"), (1, ""), (1, "c"), (0, "b"), (1, None), (0, None)]


def test_plays_what_a_generator_yields() -> None:
    sink = follow([Chunks("Hel"), Delay(0.001), Garbage("?"), Chunks("lo")])
    assert pieces(sink) == ["Hel", "lo"]
    assert kinds(sink)[-1] == "completed"


@pytest.mark.parametrize("end", [RateLimit(), Disconnect()], ids=repr)
def test_ends_where_a_generator_says_so(end: Part) -> None:
    sink = follow([Chunks("Hel"), end, Chunks("lo")])
    assert pieces(sink) == ["Hel"]
    assert sink.taken[-1] in ("broken off", "cut")


def test_passes_on_what_a_generator_raises() -> None:
    with pytest.raises(LookupError):
        follow([Chunks("Hel"), LookupError("lost")])


OTHERS = (Structured(1), Vectors(), Patch(a=1))  # which become another part, or answer no generating endpoint


@pytest.mark.parametrize(
    ("endpoint", "build", "parts"),
    [
        ("chat.completions", ChatCompletionBuilder, (*OTHERS, FileSearch(), WHOLE)),
        (
            "completions",
            CompletionBuilder,
            (PARIS, *OTHERS, Reasoning("Hm"), Refusal("No"), FileSearch(), WHOLE),
        ),
        ("responses", build_response, (*OTHERS, WHOLE)),
        ("threads.runs.create", NewRun, (*OTHERS, StreamEvent("a", {}), WHOLE)),
    ],
)
def test_cannot_build_what_its_surface_has_no_form_for(endpoint: str, build: Any, parts: tuple[Any, ...]) -> None:
    call = Call(endpoint, "gpt-4o", {}, prompts=("",))
    builder = build(call, Reply(), context_of(World(Settings()), endpoint), deltas.whole)
    for part in parts:
        with pytest.raises(TypeError, match=f"{endpoint} cannot carry"):
            builder.add(part, 0)
