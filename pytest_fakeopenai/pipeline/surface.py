"""What a generating endpoint hands to the pipeline, and what the pipeline hands to it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from ..replies.faults import ApiError
from ..replies.parts import Content
from ..replies.reply import Reply
from ..sdk.params import Parameters
from ..wire.contract import Contract, NothingElse
from ..wire.protocol import sse
from ..wire.protocol.call import Call, Json
from ..wire.protocol.events import Event
from ..wire.protocol.front_end import NEWER, FrontEnd
from .context import RequestContext
from .detached import DetachedReply
from .echo import echo

Cut = Callable[[Content], Iterable[str]]


class ResponseBuilder(Protocol):
    """One answer in the making: fed with parts, it yields the events of the stream and becomes the blocking body.

    The builder of an answer that outlives its request is `Detachable` as well.
    """

    def open(self) -> Iterable[Event]:
        """The events before the first part."""

    def add(self, part: Content, index: int) -> Iterable[Event]:
        """The events of a part, said by the choice with this index."""

    def end(self, index: int) -> Iterable[Event]:
        """The events that end a choice."""

    def close(self) -> Iterable[Event]:
        """The events that end the answer."""

    def fail(self, error: ApiError) -> Iterable[Event]:
        """The events of an error in mid-stream, after which nothing follows."""

    def body(self) -> Json:
        """The answer as far as it has come."""


class Detachable(ABC):
    """What the builder of an answer has on top that outlives its request.

    The answer begins with the first part; where `begins_at_once` says so it does not wait for the parts of a generator.
    """

    begins_at_once = False

    @abstractmethod
    def detach(self, reply: DetachedReply) -> None:
        """Keep what follows and stops the reply, now that it has begun."""

    @abstractmethod
    def receipt(self) -> Json:
        """What a blocking request is told of the answer that it has begun."""

    @abstractmethod
    def expire(self) -> Iterable[Event]:
        """The events of an answer that falls silent; none where it is waited for without end."""


def bare_event(body: Json) -> Event:
    """An event without a name, as it is."""
    return Event((sse.compact(body),))


def not_carried(part: Content, endpoint: str) -> TypeError:
    """The error of a builder for a part that its surface has no form for; replies are held against that before."""
    return TypeError(f"{endpoint} cannot carry {part!r}")


def nothing_to_unpack(value: Json, call: Call) -> Reply:
    """The reply in an SDK object, of a surface that takes none."""
    raise TypeError(f"{call.endpoint} has no class of the SDK")


NOTHING_ELSE = NothingElse()


@dataclass(eq=False)
class Surface:
    """A generating endpoint: how its requests are read, how its answers are made of parts and put into bytes.

    - `endpoint` is its name in conditions and records; `family` what it is called together with others that carry the
      same, its own name by default.
    - `carries` are the types of the parts that it has a form for, `has_choices` whether an answer can have several,
      `built_in_calls` the types of the built-in tools whose calls it has an item for.
    - `parameters` describe what a request may have, `contract` is what OpenAI refuses in one that is well typed.
    - `front_end` decides on the headers and errors of its answers.
    - `replay` makes the builder of an answer that is an SDK object of the class `whole`, sent as it is; where there is
      none, `unpack` takes the object apart into a reply.
    - `builder` makes what builds the answer of parts, `encode` its bytes.
    - `echo` is what is said when nothing is scripted.
    - `model_of` finds the model where neither the URL nor the body has to name it.
    """

    endpoint: str
    carries: tuple[type, ...]
    parameters: Parameters
    read: Callable[[Json, RequestContext], Call]
    builder: Callable[[Call, Reply, RequestContext, Cut], ResponseBuilder]
    contract: Contract = NOTHING_ELSE
    whole: str = ""
    replay: Callable[[Json, Call, RequestContext, Cut], ResponseBuilder] | None = None
    unpack: Callable[[Json, Call], Reply] = nothing_to_unpack
    encode: Callable[[Any], bytes] = sse.pretty
    echo: Callable[[Call, RequestContext], Reply] = lambda call, context: echo(call)
    done: bytes = b""
    stream_type: str = sse.EVENT_STREAM
    model_of: Callable[[RequestContext, Json], str] | None = None
    front_end: FrontEnd = NEWER
    has_choices: bool = False
    built_in_calls: tuple[str, ...] = ()
    family: str = ""

    def __post_init__(self) -> None:
        """A surface is its own family unless it says otherwise."""
        self.family = self.family or self.endpoint
