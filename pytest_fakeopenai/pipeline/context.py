"""One request on its way through the pipeline."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

from ..replies.faults import ApiError
from ..replies.reply import Reply
from ..sdk.params import OF_METHOD, Parameters
from ..state.request import RecordedRequest
from ..state.world import World
from ..wire.models import resolved
from ..wire.protocol import errors, sse
from ..wire.protocol.call import Call, Json
from ..wire.protocol.front_end import NEWER, FrontEnd
from .scope import Message, Receive, Send
from .writer import ResponseWriter

App = Callable[[Message, Receive, Send], Awaitable[None]]


@dataclass(eq=False, slots=True)
class RequestContext:
    """One request on its way through the pipeline.

    `app` is the application that it came through, `deployment` the model that Azure's URLs name, `address` the URL that
    this test's paths stand below; `front_end` and `parameters` are those of its endpoint. `warned` are the parameters
    that a warning has named, `ending` is what is to be done when it is over, however it ends.
    """

    world: World
    record: RecordedRequest
    writer: ResponseWriter
    path: Mapping[str, str]
    app: App
    deployment: str | None = None
    address: str = ""
    front_end: FrontEnd = NEWER
    parameters: Parameters = OF_METHOD
    warned: set[str] = field(default_factory=set, repr=False)
    ending: ExitStack = field(default_factory=ExitStack, repr=False)

    def json(self) -> Json:
        """The body, which must be a JSON object."""
        try:
            body = sse.parse(self.record.body)
        except ValueError:
            raise errors.malformed_json() from None
        if not isinstance(body, dict):
            raise errors.malformed_json()
        self.writer.request_body = body
        return body

    def model_of(self, call: Call, reply: Reply) -> str:
        """The name that an answer gives its model: the reply's, Azure's deployment, or the snapshot behind an alias."""
        return self.deployment or resolved(call.model) if reply.model is None else reply.model

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
