"""Models. https://platform.openai.com/docs/api-reference/models"""

from __future__ import annotations

from ..wire import errors, models
from ..wire.call import Json
from ._exchange import Operation, operate
from ._surface import Exchange


def list_models(exchange: Exchange) -> Json:
    """`GET /models`: those that the test says there are, or the catalogue; never paged."""
    names = exchange.world.settings.models or models.CATALOGUE
    return {"object": "list", "data": [models.describe(name) for name in names]}


def retrieve(exchange: Exchange) -> Json:
    """`GET /models/{model}`: every name is a model, unless the test says which there are."""
    name = exchange.path["model"]
    if not name:
        raise errors.unknown_url(exchange.record.method, exchange.record.path)
    if not exchange.world.settings.knows_model(name):
        raise errors.unknown_model(name)
    return models.describe(name)


ROUTES = [
    Operation("GET", "/models", "models.list", operate(list_models)),
    Operation("GET", "/models/{model:path}", "models.retrieve", operate(retrieve)),
]
