"""The layout in which a model reads a conversation: what its marks cost, each of them a token.

There are two, in `plain.py` and `harmony.py`, and chat completions and Responses fill each in their own way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Place(NamedTuple):
    """What a text that the API adds costs besides itself: `alone`, or behind a first message of the system.

    `merged` is None where it is never joined to that message.
    """

    alone: int
    merged: int | None = None


@dataclass(frozen=True)
class Layout:
    """What the marks of a layout cost.

    Of a prompt:
    - `conversation` is for the whole, `message` for each message, `assistant` for one of the assistant besides.
    - `call` and `result` are for a call of a tool and its result, `parallel` for several calls and their results that
      are wrapped in one, None where each stands by itself; `thought` is for reasoning that is read again.
    - `tools` and `format` are for the declarations and the schema; `headed` tells whether declarations have a heading,
      `names_schema` whether the schema's name is read once more.
    - `replayed` is for a call that comes from the store.

    Of an answer:
    - `text`, `one_call` and `calls` are for a text, for one call, and for several; `thinking` is for each of these
      where the model has thought before.
    - `text_beside_tools` is for a text where there were tools, `refusal` for one that refuses.
    - `forced` is for a call that the request names, None where such a call costs what any other does.
    """

    conversation: int
    assistant: int
    call: int
    result: int
    tools: Place
    format: Place
    text: int
    one_call: int
    calls: int
    message: int = 4
    parallel: int | None = None
    thought: int = 0
    headed: bool = True
    names_schema: bool = False
    replayed: int = 0
    thinking: int = 0
    text_beside_tools: int = 0
    refusal: int = 0
    forced: int | None = None
