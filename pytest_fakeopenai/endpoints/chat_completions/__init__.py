"""Chat completions, created and stored. https://platform.openai.com/docs/api-reference/chat"""

from __future__ import annotations

from ...pipeline.operation import Operation, generate, operate
from ...pipeline.surface import Surface
from ...wire.contract import chat as rules
from ...wire.protocol import sse
from . import stored
from .builder import ChatCompletionBuilder, encode, frame, is_piece, unpack
from .reading import read

SURFACE = Surface(
    endpoint="chat.completions",
    read=read,
    rules=rules,
    answer=ChatCompletionBuilder,
    whole="ChatCompletion",
    unpack=unpack,
    frame=frame,
    is_piece=is_piece,
    encode=encode,
    keep=stored.keep,
    done=sse.DONE,
)

_ONE = "/chat/completions/{completion_id}"

ROUTES = [
    Operation("POST", "/chat/completions", SURFACE.endpoint, generate(SURFACE)),
    Operation("GET", "/chat/completions", "chat.completions.list", operate(stored.list_completions)),
    Operation("GET", _ONE, "chat.completions.retrieve", operate(stored.retrieve)),
    Operation("POST", _ONE, "chat.completions.update", operate(stored.update)),
    Operation("DELETE", _ONE, "chat.completions.delete", operate(stored.delete)),
    Operation("GET", f"{_ONE}/messages", "chat.completions.messages.list", operate(stored.list_messages)),
]
