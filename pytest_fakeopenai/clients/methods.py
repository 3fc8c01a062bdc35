"""Methods of other packages' classes, replaced for a while and put back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class MethodPatches:
    """Methods that are replaced until `remove()`."""

    def __init__(self) -> None:
        self._patched: dict[tuple[Any, str], tuple[Any, Any]] = {}

    def put(self, owner: Any, name: str, wrap: Callable[[Any], Any]) -> None:
        """Replace a method of a class by what `wrap` makes of it; nothing where it is replaced already."""
        if (owner, name) in self._patched:
            return
        original = vars(owner)[name]
        ours = wrap(original)
        self._patched[owner, name] = ours, original
        setattr(owner, name, ours)

    def remove(self) -> None:
        """Put back the methods that were there; one with another patch upon it stays, and must let everything pass."""
        for (owner, name), (ours, original) in self._patched.items():
            if vars(owner)[name] is ours:
                setattr(owner, name, original)
        self._patched.clear()
