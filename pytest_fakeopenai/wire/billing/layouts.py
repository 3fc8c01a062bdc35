"""Which layout a model reads in chat completions, and which in Responses; runs are billed as chat completions."""

from __future__ import annotations

import re
from functools import lru_cache

from ..models import is_reasoning, resolved
from ..protocol.call import Call
from . import harmony, plain
from .layout import Layout
from .typescript import Dialect

# What the models that have a layout, or a way of counting, of their own are called here.
LATE = "gpt-5.2 and later"
GPT_5, GPT_55, O_SERIES, O3_MINI, PLAIN = "gpt-5", "gpt-5.5", "o-series", "o3-mini", "plain"

_REASONING = {
    r"o3-mini": O3_MINI,
    r"o\d": O_SERIES,
    r"gpt-5\.5": GPT_55,
    r"gpt-5(?:\.1)?(?![\d.])": GPT_5,
}
_IN_CHAT: dict[str, Layout] = {
    PLAIN: plain.CHAT,
    "gpt-4-0613": plain.CHAT_GPT_4_0613,
    "gpt-3.5-turbo-0301": plain.CHAT_GPT_35_0301,
    O_SERIES: harmony.CHAT_O_SERIES,
    O3_MINI: harmony.CHAT_O3_MINI,
    GPT_5: harmony.CHAT,
    GPT_55: harmony.CHAT,
    LATE: harmony.CHAT,
}
_IN_RESPONSES: dict[str, Layout] = {
    O_SERIES: harmony.RESPONSES_O_SERIES,
    O3_MINI: harmony.RESPONSES_O_SERIES,
    GPT_5: harmony.RESPONSES,
    GPT_55: harmony.RESPONSES_GPT_55,
    LATE: harmony.RESPONSES_LATE,
}
_DIALECTS = {"gpt-4-0613": Dialect(titles=False), "gpt-3.5-turbo-0613": Dialect(item_descriptions=False)}
_FULL = Dialect()


def layout_of(call: Call) -> Layout:
    """The layout in which the model reads a request."""
    kind = kind_of(call.model)
    return _IN_RESPONSES.get(kind, plain.RESPONSES) if is_response(call) else _IN_CHAT.get(kind, plain.CHAT)


def is_response(call: Call) -> bool:
    """Whether a request is one of Responses, whose items are read one by one."""
    return call.endpoint == "responses"


@lru_cache(maxsize=256)
def kind_of(model: str) -> str:
    """Those that a model counts with: one of the names above; of a plain model that is an exception, its own."""
    if not is_reasoning(model):
        name = resolved(model)
        return name if name in _IN_CHAT or name in _DIALECTS else PLAIN
    name = model.split(":")[1] if model.startswith("ft:") else model
    return next((kind for pattern, kind in _REASONING.items() if re.match(pattern, name)), LATE)


def dialect_of(model: str) -> Dialect:
    """What a model is shown of the schemas of functions."""
    return _DIALECTS.get(kind_of(model), _FULL)


def rounds_thoughts(model: str) -> bool:
    """Whether the tokens of hidden reasoning are told in steps of 64, as before gpt-5.2."""
    return kind_of(model) in (GPT_5, O_SERIES, O3_MINI)
