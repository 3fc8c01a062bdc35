"""Responses, created and stored. https://platform.openai.com/docs/api-reference/responses"""

from __future__ import annotations

from ...pipeline.operation import Operation, generate, operate
from ...pipeline.surface import Surface
from ...wire.contract import responses as rules
from . import stored
from .background import stage
from .builder import ResponseObjectBuilder, encode, frame, is_piece
from .compacting import compact
from .counting import count
from .file_search import echo_found
from .reading import read
from .unpacking import unpack

SURFACE = Surface(
    endpoint="responses",
    read=read,
    rules=rules,
    answer=ResponseObjectBuilder,
    whole="Response",
    unpack=unpack,
    frame=frame,
    is_piece=is_piece,
    encode=encode,
    keep=stored.keep,
    echo=echo_found,
)

_ALL = "/responses"
_ONE = f"{_ALL}/{{response_id}}"

ROUTES = [
    Operation("POST", _ALL, SURFACE.endpoint, generate(SURFACE, stage)),
    Operation("POST", f"{_ALL}/input_tokens", "responses.input_tokens.count", operate(count, encode)),
    Operation("POST", f"{_ALL}/compact", "responses.compact", operate(compact, encode)),
    Operation("GET", _ONE, "responses.retrieve", operate(stored.retrieve, encode)),
    Operation("DELETE", _ONE, "responses.delete", operate(stored.delete, encode)),
    Operation("POST", f"{_ONE}/cancel", "responses.cancel", operate(stored.cancel, encode)),
    Operation("GET", f"{_ONE}/input_items", "responses.input_items.list", operate(stored.list_input_items, encode)),
]
