"""What a fake costs that has much to remember: requests on record, and rules."""

from __future__ import annotations

import gc
import statistics
import tracemalloc
from collections.abc import Callable

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.state.request import RecordedRequest

from . import answers
from .calls import call
from .clock import once, times
from .constant import MODEL, QUESTION, TEXT, split
from .groups import Figures, Goal, Group
from .http_requests import connect, post

BEFORE = 10
RECORDED = 10_000
WINDOW = 200
TRACED = 2_000
RULES = 1_000
CALLS = 300


def _records() -> Figures:
    """Calls around the 10th request on record, and around the 10,000th."""
    with FakeOpenAI() as fake:
        fake.script(*[TEXT] * (RECORDED + WINDOW))
        early = statistics.median(times(lambda: call("chat", fake.client), WINDOW, warm=BEFORE))
        _fill(fake, RECORDED - WINDOW // 2 - len(fake.requests))
        late = statistics.median(times(lambda: call("chat", fake.client), WINDOW, warm=0))
        fake.reset()  # what is left of the script is nobody's fault
    return {"10th": early, "10,000th": late, "ratio": late / early}


def _fill(fake: FakeOpenAI, count: int) -> None:
    """Have so many more requests on record, in the least time."""
    url = f"{fake.base_url}/chat/completions"
    connection = connect(url)
    for _ in range(count):
        post(connection, url, answers.CHAT).read()
    connection.close()


def _memory() -> Figures:
    """What stays of a request, to the bytes that it and its answer's body came in."""
    with FakeOpenAI() as fake:
        fake.script(*[TEXT] * (BEFORE + TRACED))
        kept = _kept(lambda: call("chat", fake.client), TRACED)
        sent = len(_wire(fake.requests[-1])) + len(split(answers.answer("chat"))[1])
    return {"ratio": kept / sent}


def _kept(act: Callable[[], object], count: int) -> float:
    """The bytes that stay in memory with each of so many acts."""
    for _ in range(BEFORE):
        act()
    gc.collect()
    tracemalloc.start()
    for _ in range(count):
        act()
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return kept / count


def _wire(request: RecordedRequest) -> bytes:
    """A request as it came; of its URL, the test's own part is not counted."""
    lines = [
        f"{request.method} {request.path} HTTP/1.1",
        *(f"{name}: {value}" for name, value in request.headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + request.body


def _rules() -> Figures:
    """Calls to a fake whose only rule answers, and to one where that rule comes last of many, in turn."""
    with FakeOpenAI() as one, FakeOpenAI() as many:
        for number in range(RULES - 1):
            many.when(text=f"the weather in town {number}", model=MODEL).always("Rain.")
        for fake in (one, many):
            fake.when(text=QUESTION[0]["content"], model=MODEL).always(TEXT)
            call("chat", fake.client)
        taken = [
            (once(lambda: call("chat", one.client)), once(lambda: call("chat", many.client))) for _ in range(CALLS)
        ]
    few, lots = map(statistics.median, zip(*taken, strict=True))
    return {"1 rule": few, "1,000 rules": lots, "ratio": lots / few}


GROUP = Group(
    "growth",
    "what there is to remember, in one test",
    {"records": _records, "memory": _memory, "rules": _rules},
    (
        Goal("the 10,000th recorded request to the 10th", "records", "ratio", 1.1, 1.1, reference=None),
        Goal("memory per recorded request to its bytes", "memory", "ratio", 4, 4, reference=None),
        Goal("a call with 1,000 rules to one with 1", "rules", "ratio", 1.5, 1.5, reference=None),
    ),
)
