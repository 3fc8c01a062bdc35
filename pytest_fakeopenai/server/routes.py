"""The routes of the API: which operation answers a method and a path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from starlette.types import Receive, Scope, Send

from ..endpoints import arrange, fallback, family_of, operations, surfaces
from ..pipeline.operation import Operation
from ..pipeline.surface import Surface

_PLACEHOLDER = re.compile(r"\\\{(\w+)(:path)?\\\}")


class _Route:
    """The path of an operation as a pattern: `{file_id}` stands for a segment, `{model:path}` for all that is left."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.pattern = re.compile(_PLACEHOLDER.sub(_group, re.escape(operation.path)))
        self.methods = {operation.method, "HEAD"} if operation.method == "GET" else {operation.method}


def _group(placeholder: re.Match[str]) -> str:
    name, rest = placeholder.groups()
    return f"(?P<{name}>{'.*' if rest else '[^/]+'})"


class Api:
    """The ASGI application of the API's routes, behind a middleware that puts a world into the scope.

    A family of URLs is loaded when the first of them is asked for; those without parameters are then found by name.
    `routes` are further operations; ValueError where the API has one of them.
    """

    def __init__(self, routes: Iterable[Operation] = ()) -> None:
        self._further: dict[str, list[Operation]] = {}
        self._routes: dict[str, list[_Route]] = {}
        self._fixed: dict[tuple[str, str], Operation] = {}
        for operation in routes:
            self._further.setdefault(family_of(operation.path), []).append(operation)
        for family in self._further:
            self._load(family)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scope["app"] = self
        method, path = scope["method"], scope["path"]
        operation = self._fixed.get((method, path))
        if operation is None:
            operation, scope["path_params"] = self._find(method, path)
        await operation(scope, receive, send)

    def surfaces(self) -> Iterator[Surface]:
        """The endpoints that the script answers."""
        yield from surfaces()
        further = (operation.surface for each in self._further.values() for operation in each)
        yield from (surface for surface in further if surface is not None)

    def _find(self, method: str, path: str) -> tuple[Operation, dict[str, str]]:
        """The operation that answers, be it with the API's error, and the values in the path, by placeholder."""
        matches = [(route, match) for route in self._load(family_of(path)) if (match := route.pattern.fullmatch(path))]
        for route, match in matches:
            if method in route.methods:
                return route.operation, match.groupdict()
        return fallback(method, path, other_verb=bool(matches))

    def _load(self, family: str) -> list[_Route]:
        """The routes of a family, or of what belongs to none."""
        if family not in self._routes:
            own = operations(family) if family else []
            arranged = arrange([*own, *self._further.get(family, ())])
            self._fixed.update({(each.method, each.path): each for each in arranged if "{" not in each.path})
            self._routes[family] = [_Route(each) for each in arranged]
        return self._routes[family]


@cache
def api() -> Api:
    """The API as it is, one for all servers of a process."""
    return Api()
