"""Responses, created and stored. https://platform.openai.com/docs/api-reference/responses"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ...pipeline.context import RequestContext
from ...pipeline.generate import scripted
from ...pipeline.operate import operate
from ...pipeline.operation import Operation
from ...pipeline.results import Result
from ...wire.protocol.front_end import FrontEnd
from . import stored
from .builder import encode
from .surface import SURFACE
from .tokens import compact, count

_ALL = "/responses"
_ONE = f"{_ALL}/{{response_id}}"

_FRONT_END = FrontEnd(proxied=False)


def _operation(
    method: str, path: str, name: str, answer: Callable[[RequestContext], Result | Awaitable[Result]]
) -> Operation:
    return Operation(method, path, f"responses.{name}", operate(answer, encode), front_end=_FRONT_END)


ROUTES = [
    scripted("POST", _ALL, SURFACE),
    _operation("POST", f"{_ALL}/input_tokens", "input_tokens.count", count),
    _operation("POST", f"{_ALL}/compact", "compact", compact),
    _operation("GET", _ONE, "retrieve", stored.retrieve),
    _operation("DELETE", _ONE, "delete", stored.delete),
    _operation("POST", f"{_ONE}/cancel", "cancel", stored.cancel),
    _operation("GET", f"{_ONE}/input_items", "input_items.list", stored.list_input_items),
]
