"""The server as an ASGI application: `uvicorn pytest_fakeopenai.app:app`, or `create_app()` with a responder."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp

from .endpoints import arrange, discover
from .endpoints._exchange import Operation
from .endpoints._surface import Exchange
from .replies import Responder
from .server.gate import Gatekeeper, Standing
from .timing import Pace
from .wire import errors
from .world import StandingWorld


def create_app(
    responder: Responder | None = None, *, pace: Pace | None = None, routes: Iterable[Operation] = ()
) -> ASGIApp:
    """OpenAI's API in front of any callable: `responder(request)` says the reply to each generating request.

    The responder takes a `RecordedRequest` and returns what a script entry may be: text, parts, a `Reply`; it may be
    async, and as a generator it streams each part as it comes. Without one the last user text is echoed. `pace` spaces
    the pieces; `routes` are further operations.

        app = create_app(lambda request: my_model.complete(request.messages))
    """
    return Gatekeeper(api(routes), Standing(StandingWorld(responder, pace=pace)))


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
    """The answer to a path or a method that no operation has, recorded like any other."""
    assert isinstance(error, HTTPException)
    refuse = errors.wrong_method if error.status_code == 405 else errors.unknown_url

    async def handler(exchange: Exchange) -> None:
        raise refuse(exchange.record.method, exchange.record.path)

    return Operation(request.method, request.url.path, "", handler)


app = create_app()
