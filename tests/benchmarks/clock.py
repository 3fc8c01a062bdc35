"""Taking times."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from .groups import Figures


def times(act: Callable[[], object], count: int, *, warm: int = 20) -> list[float]:
    """How long each of so many acts takes, in seconds, after some that do not count."""
    for _ in range(warm):
        act()
    return [once(act) for _ in range(count)]


def once(act: Callable[[], object]) -> float:
    """How long an act takes, in seconds."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def latency(act: Callable[[], object], count: int) -> Figures:
    """The median and the 95th percentile of so many acts."""
    taken = sorted(times(act, count))
    return {"p50": statistics.median(taken), "p95": taken[int(count * 0.95)]}
