"""The server as an ASGI application: `uvicorn pytest_fakeopenai.app:app`, or `create_app()` with a responder."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.types import ASGIApp

from .pipeline.operation import Operation
from .replies.timing import Pace
from .server import health
from .server.middleware import TenantMiddleware
from .server.routes import Api
from .server.tenants import SingleTenant
from .settings import Names
from .state.script import Responder
from .state.standalone import StandaloneWorld


def create_app(
    responder: Responder | None = None,
    *,
    pace: Pace | None = None,
    assume_exists: bool = False,
    models: Names = None,
    api_keys: Names = None,
    routes: Iterable[Operation] = (),
) -> ASGIApp:
    """An ASGI application that serves OpenAI's API, with the replies of any callable.

    `responder(request)` gives the reply to each request of a generating endpoint. It takes a `RecordedRequest` and
    returns what a script takes: a text, parts, a `Reply`. It may be async, and as a generator it streams each part as
    it comes. Without one the last user text is echoed.

    `pace` spaces the pieces. With `assume_exists` every id that a request names exists. `models` are the only ones
    there are, `api_keys` the only keys that are good, by default any, or none. `routes` are further operations;
    ValueError where the API has one of them.

    `GET /health` answers as soon as there is a server, unless it is one of the routes.

        app = create_app(lambda request: my_model.complete(request.messages))
    """
    operations = list(routes)
    api = Api(operations)
    world = StandaloneWorld(
        responder,
        api.surfaces,
        api.resolve_endpoint,
        pace=pace,
        assume_exists=assume_exists,
        models=models,
        api_keys=api_keys,
    )
    served = TenantMiddleware(api, SingleTenant(world))
    return served if any(each.path == health.PATH for each in operations) else health.HealthCheck(served)


app = create_app()
