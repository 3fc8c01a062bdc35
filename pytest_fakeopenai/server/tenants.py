"""Whose a URL is: its first path segment is the key of a test's world, the rest is the API's path."""

from __future__ import annotations

import re
import secrets
import threading
from typing import Protocol

from ..state.world import World

_PREFIX = re.compile(r"/(fake-[0-9a-f]{8}-\d+)(?=/|$)")


class NoWorld(Exception):
    """The URL belongs to no test that is still running."""


class TenantLookup(Protocol):
    """Finds the world that a path belongs to."""

    def find(self, path: str) -> tuple[World, str]:
        """The world and the path without its prefix; NoWorld when there is none."""


class SingleTenant:
    """One world for every URL: a server outside any test."""

    def __init__(self, world: World) -> None:
        self.world = world

    def find(self, path: str) -> tuple[World, str]:
        """The one world, whatever the path."""
        return self.world, path


class TenantRegistry:
    """The worlds of one process by URL prefix. A URL without one belongs to the world opened last."""

    def __init__(self) -> None:
        self._salt = secrets.token_hex(4)
        self._count = 0
        self._open: dict[str, World] = {}
        self._names: dict[str, str] = {}
        self._late: list[LateRequest] = []
        self._lock = threading.Lock()

    def open(self, world: World) -> str:
        """Serve a world from now on; the key that its URLs begin with, `fake-1f2e3d4c-1`."""
        with self._lock:
            self._count += 1
            key = f"fake-{self._salt}-{self._count}"
            self._open[key] = world
            self._names[key] = world.name
        return key

    def close(self, key: str) -> None:
        """Serve a world no longer: requests to its URLs are late from now on."""
        with self._lock:
            del self._open[key]

    def worlds(self) -> list[World]:
        """The open worlds, oldest first."""
        with self._lock:
            return list(self._open.values())

    def find(self, path: str) -> tuple[World, str]:
        """The open world that a path belongs to, and the path without its prefix.

        A late request is noted, and raises NoWorld.
        """
        match = _PREFIX.match(path)
        inner = path if match is None else path[match.end() :] or "/"
        with self._lock:
            world = next(reversed(self._open.values()), None) if match is None else self._open.get(match[1])
            if world is not None:
                return world, inner
            owner = self._names.get(match[1], "another process") if match else ""
            self._late.append(LateRequest(owner, inner))
        reason = f"it belongs to {owner}, which has ended" if match else "no fake_openai is active"
        raise NoWorld(f"fake_openai refuses a request to {inner}: {reason}.")

    def take_late(self) -> list[LateRequest]:
        """The late requests since this was called last."""
        with self._lock:
            late, self._late = self._late, []
        return late


class LateRequest:
    """A request that came when its test was over: `owner` is the test's id, "" where the URL names none."""

    def __init__(self, owner: str, path: str) -> None:
        self.owner = owner
        self.path = path

    def __str__(self) -> str:
        when = f"after {self.owner} had ended" if self.owner else "while no fake_openai was active"
        return f"a request to {self.path} came {when}; it was answered 410. Does a background task outlive its test?"
