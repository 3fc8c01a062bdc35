"""The routes of the API: which operation answers a method and a path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from ..endpoints import arrange, fallback, family_of, operations, surfaces
from ..pipeline.operation import Operation
from ..pipeline.scope import Message, Receive, Send
from ..pipeline.surface import Surface
from .names import EndpointNames

if TYPE_CHECKING:
    from .router import FamilyRouter


class Api:
    """The ASGI application of the API's routes, behind a middleware that puts a world into the scope.

    A family of URLs is loaded when the first of them is asked for. Its paths without parameters are found by name, the
    others by Starlette's router, which is loaded with the first of those. `routes` are further operations; ValueError
    where the API has one of them.
    """

    def __init__(self, routes: Iterable[Operation] = ()) -> None:
        self._further: dict[str, list[Operation]] = {}
        self._families: dict[str, list[Operation]] = {}
        self._fixed: dict[tuple[str, str], Operation] = {}
        self._routers: dict[str, FamilyRouter] = {}
        further = list(routes)
        self._names = EndpointNames(further)
        for operation in further:
            self._further.setdefault(family_of(operation.path), []).append(operation)
        for family in self._further:
            self._load(family)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scope["app"] = self
        operation = self._find(scope["method"], scope["path"])
        if operation is None:
            await self._route(scope, receive, send)
        else:
            await operation(scope, receive, send)

    def surfaces(self) -> Iterator[Surface]:
        """The endpoints that the script answers."""
        yield from surfaces()
        further = (operation.surface for each in self._further.values() for operation in each)
        yield from (surface for surface in further if surface is not None)

    def resolve_endpoint(self, name: str) -> str:
        """The endpoint, as requests are recorded with it, that a name means; ValueError where it means none."""
        return self._names.resolve(name)

    def _find(self, method: str, path: str) -> Operation | None:
        """The operation at a path without parameters."""
        if (method, path) not in self._fixed:
            self._load(family_of(path))
        return self._fixed.get((method, path))

    def _load(self, family: str) -> list[Operation]:
        """The operations of a family, or those that belong to none, in the order in which they are matched."""
        if family not in self._families:
            own = operations(family) if family else []
            arranged = self._families[family] = arrange([*own, *self._further.get(family, ())])
            self._fixed.update({(each.method, each.path): each for each in arranged if "{" not in each.path})
        return self._families[family]

    async def _route(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request whose path has parameters, or that no operation of the family is for."""
        status = await self._router(family_of(scope["path"])).answer(scope, receive, send)
        if status is not None:
            operation, scope["path_params"] = fallback(scope["method"], scope["path"], other_verb=status == 405)
            await operation(scope, receive, send)

    def _router(self, family: str) -> FamilyRouter:
        from .router import FamilyRouter  # Starlette's router takes as long to load as all that a first request needs

        if family not in self._routers:
            self._routers[family] = FamilyRouter(self._load(family))
        return self._routers[family]


@cache
def api() -> Api:
    """The API as it is, one for all servers of a process."""
    return Api()
