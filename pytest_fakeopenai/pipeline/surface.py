"""What a generating endpoint hands to the pipeline, and what the pipeline hands to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..replies.faults import ApiError
from ..replies.reply import Content, Part, Reply
from ..state.journal import RecordedRequest
from ..state.world import World
from ..wire.contract import Rules
from ..wire.models import resolved
from ..wire.protocol import errors, sse
from ..wire.protocol.call import Call, Json
from ..wire.protocol.sse import Event
from .echo import echo
from .writer import Message, Receive, ResponseWriter, Send

Cut = Callable[[Content], Iterable[str]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


@dataclass(eq=False, slots=True)
class RequestContext:
    """One request on its way through the pipeline.

    `app` is the application that it came through, `deployment` the model that Azure's URLs name, `address` the URL that
    this test's paths stand below; `ending` is what is to be done when it is over, however it ends.
    """

    world: World
    record: RecordedRequest
    writer: ResponseWriter
    path: Mapping[str, str]
    app: App
    deployment: str | None = None
    address: str = ""
    ending: ExitStack = field(default_factory=ExitStack, repr=False)

    def json(self) -> Json:
        """The body, which must be a JSON object."""
        try:
            body = sse.parse(self.record.body)
        except ValueError:
            raise errors.malformed_json() from None
        if not isinstance(body, dict):
            raise errors.malformed_json()
        self.writer.asked = body
        return body

    def model_of(self, call: Call, reply: Reply) -> str:
        """The name that an answer gives its model: the reply's, Azure's deployment, or the snapshot behind an alias."""
        return reply.model or self.deployment or resolved(call.model)

    def refuse(self, problem: str) -> ApiError:
        """The error for a reply that cannot be sent; it also fails the test."""
        text = f"fake_openai cannot send the reply to request {self.record.number}: {problem}."
        self.world.record_failure(text)
        return errors.refusal("unfit_reply", text)

    def failed(self, entry: object, fault: BaseException) -> ApiError:
        """The error for a scripted callable that raised; it also fails the test."""
        name = getattr(entry, "__name__", repr(entry))
        text = f"The scripted callable {name} failed on request {self.record.number}: {type(fault).__name__}: {fault}"
        self.world.record_failure(text, fault)
        return errors.refusal("callable_failed", text)

    def broken(self, fault: BaseException) -> ApiError:
        """The error for a fault of this server's own; it also fails the test."""
        text = f"fake_openai failed on request {self.record.number}: {type(fault).__name__}: {fault}"
        self.world.record_failure(text, fault)
        return ApiError(500, text, headers=errors.FINAL)


@dataclass(eq=False)
class Events:
    """What an endpoint that answers by itself says as a stream: its events, each framed, and what ends it."""

    events: list[Json]
    frame: Callable[[Json], bytes] = sse.named
    done: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class Live:
    """A stream whose events are yet to come: as many at a time as there are, each framed."""

    batches: AsyncIterator[list[Json]]
    frame: Callable[[Json], bytes] = sse.named


@dataclass(eq=False)
class Response:
    """What an endpoint that answers by itself says where that is more than JSON and 200; None is no body at all."""

    body: Json | bytes | None
    status: int = 200
    media_type: str = sse.JSON
    headers: Mapping[str, str] = field(default_factory=dict)


Result = Json | Events | Live | Response


class Player(Protocol):
    """What has a reply said: to whoever asked for it, or out of their hearing."""

    async def play(self, voices: Sequence[Iterable[Part]]) -> None:
        """Say the parts of each choice."""

    async def follow(self, source: AsyncIterator[Part]) -> None:
        """Say the parts of a live source, each as it comes."""


class Answer(Protocol):
    """One answer in the making: fed with parts, it yields the events of the stream and becomes the blocking body."""

    def open(self) -> Iterable[Json]:
        """The events before the first part."""

    def add(self, part: Content, index: int) -> Iterable[Event]:
        """The events of a part, said by the choice with this index."""

    def end(self, index: int) -> Iterable[Event]:
        """The events that end a choice."""

    def close(self) -> Iterable[Json]:
        """The events that end the answer."""

    def fail(self, error: ApiError) -> Iterable[Json]:
        """The events of an error in mid-stream, after which nothing follows."""

    def body(self) -> Json:
        """The answer as far as it has come."""


@dataclass(eq=False)
class Surface:
    """A generating endpoint: how its requests are read, how its answers are made of parts and put into bytes.

    `rules` are what OpenAI refuses in a call that is well typed. `unpack` takes an SDK object of the class `whole`
    apart into a reply, so that it can be streamed as well; `keep` stores one that is sent as it is, where the request
    says so, and without it every one is taken apart. `echo` is what is said when nothing is scripted; `model_of` finds
    the model where neither the URL nor the body has to name it.
    """

    endpoint: str
    read: Callable[[Json, RequestContext], Call]
    rules: Rules
    answer: Callable[[Call, Reply, RequestContext, Cut], Answer]
    whole: str
    unpack: Callable[[Json, Call], Reply]
    frame: Callable[[Json, Call | None], bytes]
    is_piece: Callable[[Json], bool]
    encode: Callable[[Any], bytes]
    keep: Callable[[RequestContext, Call, Json], object] | None
    echo: Callable[[Call, RequestContext], Reply] = lambda call, context: echo(call)
    done: bytes = b""
    stream_type: str = sse.EVENT_STREAM
    model_of: Callable[[RequestContext, Json], str] | None = None
