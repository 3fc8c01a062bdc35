"""Endpoints of your own beside OpenAI's: what the operations in `create_app(routes=[…])` are made of.

An endpoint that answers by itself is a function of the request:

    async def forecast(context: RequestContext) -> Json:
        body = await read_body(context)
        return {"city": body.get("city", "Paris"), "degrees": 21}

    app = create_app(routes=[Operation("POST", "/forecast", "forecast.create", operate(forecast))])

One that the script or the responder answers, as it answers chat completions, is a `Surface`: how a request is read as a
`Call`, and how an answer is built of the parts of a reply, as a stream and as a body.

    class HaikuBuilder:
        def __init__(self, call: Call, reply: Reply, context: RequestContext, cut: Cut) -> None:
            self._call, self._cut, self._texts = call, cut, list[str]()

        def open(self) -> Iterable[Event]:
            return ()

        def add(self, part: Content, index: int) -> Iterable[Event]:
            for piece in self._cut(part):
                self._texts.append(piece)
                yield Event([b'{"piece":%b}' % json.dumps(piece).encode()], "haiku.piece", is_piece=True)

        def end(self, index: int) -> Iterable[Event]:
            return ()

        def close(self) -> Iterable[Event]:
            yield Event([json.dumps(self.body()).encode()], "haiku.done")

        def fail(self, error: ApiError) -> Iterable[Event]:
            yield Event([json.dumps(error.body()).encode()], "error")

        def body(self) -> Json:
            return {"object": "haiku", "model": self._call.model, "text": "".join(self._texts)}

    def read(body: Json, context: RequestContext) -> Call:
        return Call("haiku", named_model(context, body), body, text=as_text(body.get("topic")))

    HAIKU = Surface(
        endpoint="haiku",
        carries=(Text, Chunks),
        parameters=Parameters(shape=Object({"model": String(), "topic": String()}, frozenset({"topic"}))),
        read=read,
        builder=HaikuBuilder,
    )
    app = create_app(lambda request: f"Of {request.text}", routes=[scripted("POST", "/haiku", HAIKU)])

Both are recorded and held against their parameters. An error is an `ApiError`: raised, it is the answer; given to
`refuse`, it is the answer, a warning or nothing, as the level of validation has it.
"""

from __future__ import annotations

from .pipeline.context import RequestContext
from .pipeline.generate import scripted
from .pipeline.operate import operate
from .pipeline.operation import Operation
from .pipeline.results import EventStream, Response
from .pipeline.surface import Cut, ResponseBuilder, Surface
from .pipeline.validation import named_model, read_body, refuse
from .replies.parts import Content, StreamEvent, Verbatim
from .sdk.params import Parameters
from .wire.contract import Contract
from .wire.contract.alternatives import OneOf
from .wire.contract.shapes import Array, Boolean, Choice, Integer, Map, Nullable, Number, Object, Shape, String
from .wire.json_values import as_dict, as_list, as_objects, as_text
from .wire.protocol.call import Call, Json, Message, Tool
from .wire.protocol.events import Event
from .wire.protocol.front_end import FrontEnd

__all__ = [
    "Array",
    "Boolean",
    "Call",
    "Choice",
    "Content",
    "Contract",
    "Cut",
    "Event",
    "EventStream",
    "FrontEnd",
    "Integer",
    "Json",
    "Map",
    "Message",
    "Nullable",
    "Number",
    "Object",
    "OneOf",
    "Operation",
    "Parameters",
    "RequestContext",
    "Response",
    "ResponseBuilder",
    "Shape",
    "StreamEvent",
    "String",
    "Surface",
    "Tool",
    "Verbatim",
    "as_dict",
    "as_list",
    "as_objects",
    "as_text",
    "named_model",
    "operate",
    "read_body",
    "refuse",
    "scripted",
]
