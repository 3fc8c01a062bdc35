"""Where the SDK's types are narrower than the documented wire, so that a client which validates answers raises."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import openai
import pytest

from .replies import CHAT, CODE, COMPLETIONS, RESPONSES, Case

MAJOR = int(openai.__version__.partition(".")[0])


@dataclass(frozen=True)
class Narrow:
    """A disagreement: on which surface and route, for which cases, in which major versions of the SDK, and why."""

    surface: str
    route: str
    why: str
    concerns: Callable[[Case], bool]
    majors: tuple[int, ...] = (1, 2, 3)


NARROW = [
    Narrow(COMPLETIONS, "streamed", "finish_reason is null until the end; the type wants a string", lambda case: True),
    Narrow(
        COMPLETIONS,
        "whole",
        "where nothing was generated completion_tokens is left out; the type requires it",
        lambda case: not case.text,
    ),
    Narrow(CHAT, "streamed", "the type of deltas knows no custom calls", lambda case: CODE in case.tools),
    Narrow(CHAT, "whole", "the type knew no custom calls", lambda case: CODE in case.tools, (1,)),
    Narrow(RESPONSES, "whole", "the type knew no custom calls", lambda case: CODE in case.tools, (1,)),
    Narrow(RESPONSES, "streamed", "the type knew no custom calls", lambda case: CODE in case.tools, (1,)),
    Narrow(RESPONSES, "streamed", "the type knew no events of summaries", lambda case: case.summary, (1,)),
    Narrow(
        RESPONSES,
        "streamed",
        "the type of function_call_arguments.done required a name, which is not sent",
        lambda case: any(name != CODE for name, _ in case.calls),
        (2,),
    ),
]


@contextlib.contextmanager
def expecting(client: str, surface: str, route: str, case: Case) -> Iterator[None]:
    """Expects the answer to pass, or to be refused by a strict client where the table says so."""
    narrow = [row for row in NARROW if (row.surface, row.route) == (surface, route) and MAJOR in row.majors]
    if client == "strict" and any(row.concerns(case) for row in narrow):
        with pytest.raises(openai.APIResponseValidationError):
            yield
    else:
        yield
