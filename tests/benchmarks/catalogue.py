"""Every group by its name."""

from __future__ import annotations

from . import calls
from .groups import Group

GROUPS: dict[str, Group] = {group.name: group for group in (calls.CHAT, calls.RESPONSES)}
