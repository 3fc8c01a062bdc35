"""The tokens of a request: its conversation in the layout that the model reads, and what the API adds to it."""

from __future__ import annotations

from .. import tokens
from ..json_values import as_dict
from ..models import family
from ..protocol.call import Call
from .declarations import declared_tokens
from .history import chat_history, response_history
from .layouts import is_response, layout_of

_PREDICTION = 12
_PRO = 1_530
_CACHEABLE = 1_024


def prompt_tokens(call: Call) -> int:
    """The tokens that a conversation is billed for before anything is said."""
    model = call.model
    if family(model).searches:
        return sum(tokens.count(message.text, model) for message in call.contents)
    layout = layout_of(call)
    history = response_history if is_response(call) else chat_history
    read = layout.conversation + history(call.contents, layout, model)
    return read + declared_tokens(call, layout) + _extras(call)


def _extras(call: Call) -> int:
    """What a predicted output costs, and the mode in which a model thinks longest, whose cost is not constant."""
    predicted = _PREDICTION if call.body.get("prediction") else 0
    return predicted + (_PRO if as_dict(call.body.get("reasoning")).get("mode") == "pro" else 0)


def bare(content: object, model: str) -> int:
    """The tokens of a text, of a token's id, or of a list of either, with nothing around them."""
    if isinstance(content, list):
        return sum(bare(each, model) for each in content)
    return tokens.count(content, model) if isinstance(content, str) else 1


def written(call: Call, prompt: int) -> int:
    """How much of a prompt of so many tokens is written to the cache, of models that tell."""
    return prompt - 3 if family(call.model).writes_cache and prompt >= _CACHEABLE else 0
