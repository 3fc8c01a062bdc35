"""Paths with parameters, matched by Starlette: loaded with the first request that has one."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.exceptions import HTTPException
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from ..pipeline.operation import Operation


class FamilyRouter:
    """The operations of a family of URLs, matched in their order."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        routes = [Route(operation.path, operation, methods=[operation.method]) for operation in operations]
        self._router = Router(routes, redirect_slashes=False)  # the API knows no URL that ends in a slash

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> int | None:
        """Have the operation of the request answer it; where there is none, return the error's status, 404 or 405."""
        try:
            await self._router(scope, receive, send)
        except HTTPException as unmatched:
            return unmatched.status_code
        return None
