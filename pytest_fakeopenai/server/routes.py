"""The API's operations as Starlette's routes, and the one answer to a URL that none of them has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from starlette.exceptions import HTTPException
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from ..endpoints import arrange, fallback, family_of, operations, surfaces
from ..pipeline.operation import Operation
from ..pipeline.surface import Surface


class Api:
    """The ASGI application of the API's routes, behind a middleware that puts a world into the scope.

    A family of URLs is loaded when the first of them is asked for; those without parameters are then found by name.
    `routes` are further operations; ValueError where the API has one of them.
    """

    def __init__(self, routes: Iterable[Operation] = ()) -> None:
        self._further: dict[str, list[Operation]] = {}
        self._routers: dict[str, Router] = {}
        self._fixed: dict[tuple[str, str], Operation] = {}
        for operation in routes:
            self._further.setdefault(family_of(operation.path), []).append(operation)
        for family in self._further:
            self._router(family)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scope["app"] = self
        operation = self._fixed.get((scope["method"], scope["path"]))
        if operation is not None:
            await operation(scope, receive, send)
            return
        try:
            await self._router(family_of(scope["path"]))(scope, receive, send)
        except HTTPException as unmatched:
            other_verb = unmatched.status_code == 405
            operation, scope["path_params"] = fallback(scope["method"], scope["path"], other_verb)
            await operation(scope, receive, send)

    def surfaces(self) -> Iterator[Surface]:
        """The endpoints that the script answers."""
        yield from surfaces()
        further = (operation.surface for each in self._further.values() for operation in each)
        yield from (surface for surface in further if surface is not None)

    def _router(self, family: str) -> Router:
        """The routes of a family, and what there is besides them."""
        if family not in self._routers:
            own = operations(family) if family else []
            arranged = arrange([*own, *self._further.get(family, ())])
            self._fixed.update({(each.method, each.path): each for each in arranged if "{" not in each.path})
            routes = [Route(each.path, each, methods=[each.method]) for each in arranged]
            self._routers[family] = Router(routes, redirect_slashes=False)  # the API knows no URL that ends in a slash
        return self._routers[family]


@cache
def api() -> Api:
    """The API as it is, one for all servers of a process."""
    return Api()
