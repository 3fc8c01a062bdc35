"""What a generating endpoint hands to the pipeline, and what the pipeline hands to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..replies.faults import ApiError
from ..replies.parts import Content, Part
from ..replies.reply import Reply
from ..sdk.params import Parameters
from ..wire.contract import Rules
from ..wire.protocol import sse
from ..wire.protocol.call import Call, Json
from ..wire.protocol.front_end import NEWER, FrontEnd
from ..wire.protocol.sse import Event
from .context import RequestContext
from .echo import echo

Cut = Callable[[Content], Iterable[str]]


class Player(Protocol):
    """What has a reply said: to whoever asked for it, or out of their hearing."""

    async def play(self, voices: Sequence[Iterable[Part]]) -> None:
        """Say the parts of each choice."""

    async def follow(self, source: AsyncIterator[Part]) -> None:
        """Say the parts of a live source, each as it comes."""


class ResponseBuilder(Protocol):
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

    - `endpoint` is its name in conditions and records; `family` what it is called together with others that carry the
      same, its own name by default.
    - `carries` are the types of the parts that it has a form for, `has_choices` whether an answer can have several.
    - `parameters` describe what a request may have, `rules` are what OpenAI refuses in one that is well typed.
    - `front_end` decides on the headers and errors of its answers.
    - `unpack` takes an SDK object of the class `whole` apart into a reply, so that it can be streamed as well; `keep`
      stores one that is sent as it is, where the request says so, and without it every one is taken apart.
    - `echo` is what is said when nothing is scripted.
    - `model_of` finds the model where neither the URL nor the body has to name it.
    """

    endpoint: str
    carries: tuple[type, ...]
    parameters: Parameters
    read: Callable[[Json, RequestContext], Call]
    rules: Rules
    answer: Callable[[Call, Reply, RequestContext, Cut], ResponseBuilder]
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
    front_end: FrontEnd = NEWER
    has_choices: bool = False
    family: str = ""

    def __post_init__(self) -> None:
        """A surface is its own family unless it says otherwise."""
        self.family = self.family or self.endpoint
