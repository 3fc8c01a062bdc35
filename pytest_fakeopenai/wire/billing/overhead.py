"""What is billed beyond the texts themselves, where chat completions and Responses differ; runs are billed as chat."""

from __future__ import annotations

import re

from .. import tokens
from ..models import Family, is_reasoning
from ..protocol.call import Call

_O_SERIES = re.compile(r"(?:ft:)?o\d")


class Overhead:
    """The tokens that an API adds to a prompt and to what its models say: those of chat completions.

    `schema` is added for a JSON schema that is demanded, of a plain model and of one that reasons; `required` is added
    to the prompt of a plain model that has to call a tool, `named_call` to its one call of the tool demanded by name;
    `text` to its text, `call` to its call, `calls` to several besides 7 for each.
    """

    schema = (7, 4)
    required = 0
    named_call = 0
    text = 0
    call = 7
    calls = 14

    def declarations(self, call: Call, plain: str, headed: str) -> int:
        """The tokens of the headed declarations of tools, which continue the system message where there is one."""
        if is_reasoning(call.model):
            return (4 if _O_SERIES.match(call.model) else 85) + tokens.count(headed, call.model)
        system = next((each.text for each in call.contents if each.role in ("system", "developer")), None)
        if system is None:
            return 3 + tokens.count(headed, call.model)
        return tokens.count(f"{system}\n\n{headed}", call.model) - 1 - tokens.count(system, call.model)

    def reasoned_text(self, model_family: Family, *, thoughts: bool, schema: bool) -> int:
        """The tokens around a text of a model that reasons; `thoughts` tells whether a summary was given."""
        return 3 if model_family.newest else 9

    def reasoned_call(self, model_family: Family, *, thoughts: bool) -> int:
        """The tokens around a call by a model that reasons."""
        return 10 if model_family.newest else 16


class ResponsesOverhead(Overhead):
    """The tokens that Responses add."""

    schema = (1, 0)
    required = 9
    named_call = 1
    text = 1
    call = 8
    calls = 17

    def declarations(self, call: Call, plain: str, headed: str) -> int:
        """The tokens of the declarations, which only models that reason read with a heading."""
        return 3 + tokens.count(headed if is_reasoning(call.model) else plain, call.model)

    def reasoned_text(self, model_family: Family, *, thoughts: bool, schema: bool) -> int:
        """The tokens around a text: more behind a summary, and where it fits a schema."""
        return 4 + (2 if thoughts else 0) + (4 if schema else 0)

    def reasoned_call(self, model_family: Family, *, thoughts: bool) -> int:
        """The tokens around a call: more behind a summary."""
        return 13 if thoughts else 11


CHAT = Overhead()
RESPONSES = ResponsesOverhead()
