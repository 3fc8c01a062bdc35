"""Every group by its name."""

from __future__ import annotations

from . import boot, calls, cold, crowd, growth, idle, stop, streams, suites, validation
from .groups import Group

_ALL = (
    idle.GROUP,
    suites.TESTS,
    suites.ASYNC_TESTS,
    calls.CHAT,
    calls.RESPONSES,
    streams.CHAT,
    streams.RESPONSES,
    crowd.SMALL,
    crowd.LARGE,
    boot.GROUP,
    cold.GROUP,
    stop.GROUP,
    validation.GROUP,
    growth.GROUP,
)
GROUPS: dict[str, Group] = {group.name: group for group in _ALL}
