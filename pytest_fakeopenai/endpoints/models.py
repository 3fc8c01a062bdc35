"""Models. https://platform.openai.com/docs/api-reference/models"""

from __future__ import annotations

from ..wire import errors, models
from ..wire.call import Json
from ._exchange import Operation, operate
from ._surface import Exchange


def list_models(exchange: Exchange) -> Json:
    """`GET /models`: the catalogue, never paged."""
    return {"object": "list", "data": [models.describe(name) for name in models.CATALOGUE]}


def retrieve(exchange: Exchange) -> Json:
    """`GET /models/{model}`: every name is a model, since an application may use any."""
    name = exchange.path["model"]
    if not name:
        raise errors.unknown_url(exchange.record.method, exchange.record.path)
    return models.describe(name)


ROUTES = [
    Operation("GET", "/models", "models.list", operate(list_models)),
    Operation("GET", "/models/{model:path}", "models.retrieve", operate(retrieve)),
]
