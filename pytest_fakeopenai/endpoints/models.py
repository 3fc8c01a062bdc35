"""Models. https://platform.openai.com/docs/api-reference/models"""

from __future__ import annotations

from ..pipeline import available
from ..pipeline.operation import Operation, operate
from ..pipeline.surface import Exchange
from ..replies.faults import ApiError
from ..wire.models import is_base
from ..wire.protocol import errors
from ..wire.protocol.call import Json


def list_models(exchange: Exchange) -> Json:
    """`GET /models`: those that the test says there are, or the catalogue, and those that were trained; never paged."""
    return {"object": "list", "data": available.listed(exchange.world)}


def retrieve(exchange: Exchange) -> Json:
    """`GET /models/{model}`: every name is a model, unless the test says which there are, or it was deleted."""
    return available.describe(exchange.world, _named(exchange))


def delete(exchange: Exchange) -> Json:
    """`DELETE /models/{model}`: only what was fine-tuned can be deleted, and only what is known to exist."""
    name = _named(exchange)
    if is_base(name):
        raise _not_yours(name)
    if not _exists(exchange, name):
        raise errors.unknown_model(name)
    available.delete(exchange.world, name)
    return {"id": name, "object": "model", "deleted": True}


def _exists(exchange: Exchange, name: str) -> bool:
    settings = exchange.world.settings
    return settings.assume_exists or settings.models is not None or available.is_trained(exchange.world, name)


def _named(exchange: Exchange) -> str:
    """The model of the path, if there is one of this name."""
    name = exchange.path["model"]
    if not name:
        raise errors.unknown_url(exchange.record.method, exchange.record.path)
    if not available.is_available(exchange.world, name):
        raise errors.unknown_model(name)
    return name


def _not_yours(name: str) -> ApiError:
    message = f"You do not have permission to delete the model '{name}'."
    return ApiError(403, message, param="model")


ROUTES = [
    Operation("GET", "/models", "models.list", operate(list_models)),
    Operation("GET", "/models/{model:path}", "models.retrieve", operate(retrieve)),
    Operation("DELETE", "/models/{model:path}", "models.delete", operate(delete)),
]
