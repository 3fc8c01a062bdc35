"""The API's operations as Starlette's routes, and the one answer to a URL that none of them has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp

from ..endpoints import arrange, discover
from ..endpoints._catalogued import is_known, recall
from ..endpoints._exchange import Operation
from ..endpoints._surface import Exchange
from ..wire import errors


def api(routes: Iterable[Operation] = ()) -> ASGIApp:
    """The API's routes, for a gatekeeper that puts a world into the scope."""
    operations = arrange([*discover(), *routes])
    app = Starlette(
        routes=[Route(each.path, each, methods=[each.method]) for each in operations],
        exception_handlers={HTTPException: cast(Any, _unmatched)},  # any ASGI application may answer
    )
    app.router.redirect_slashes = False  # the API knows no URL that ends in a slash
    return app


async def _unmatched(request: Request, error: Exception) -> Operation:
    """The answer to a path or a method that has no operation of ours: the SDK's, or an error, recorded as any other."""
    assert isinstance(error, HTTPException)
    path = request.scope["path"]
    if (recalled := recall(request.method, path)) is not None:
        operation, request.scope["path_params"] = recalled
        return operation
    refuse = errors.wrong_method if error.status_code == 405 or is_known(path) else errors.unknown_url

    async def handler(exchange: Exchange) -> None:
        raise refuse(exchange.record.method, exchange.record.path)

    return Operation(request.method, request.url.path, "", handler)
