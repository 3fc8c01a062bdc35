"""Chat completions, created and stored. https://platform.openai.com/docs/api-reference/chat"""

from __future__ import annotations

from ...pipeline.generate import scripted
from ...pipeline.operate import operate
from ...pipeline.operation import Operation
from . import stored
from .surface import SURFACE

_ONE = "/chat/completions/{completion_id}"

ROUTES = [
    scripted("POST", "/chat/completions", SURFACE),
    Operation("GET", "/chat/completions", "chat.completions.list", operate(stored.list_completions)),
    Operation("GET", _ONE, "chat.completions.retrieve", operate(stored.retrieve)),
    Operation("POST", _ONE, "chat.completions.update", operate(stored.update)),
    Operation("DELETE", _ONE, "chat.completions.delete", operate(stored.delete)),
    Operation("GET", f"{_ONE}/messages", "chat.completions.messages.list", operate(stored.list_messages)),
]
