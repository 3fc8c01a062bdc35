"""Models. https://platform.openai.com/docs/api-reference/models"""

from __future__ import annotations

from ..pipeline import available
from ..pipeline.context import RequestContext
from ..pipeline.operate import operate
from ..pipeline.operation import Operation
from ..replies.faults import ApiError
from ..wire.models import is_base
from ..wire.protocol import errors
from ..wire.protocol.call import Json


def list_models(context: RequestContext) -> Json:
    """`GET /models`: those that the test says there are, or the catalogue, and those that were trained; never paged."""
    return {"object": "list", "data": available.listed(context.world)}


def retrieve(context: RequestContext) -> Json:
    """`GET /models/{model}`: every name is a model, unless the test says which there are, or it was deleted."""
    return available.describe(context.world, _named(context))


def delete(context: RequestContext) -> Json:
    """`DELETE /models/{model}`: only what was fine-tuned can be deleted, and only what is known to exist."""
    name = _named(context)
    if is_base(name):
        raise _not_yours(name)
    if not _exists(context, name):
        raise errors.unknown_model(name)
    available.delete(context.world, name)
    return {"id": name, "object": "model", "deleted": True}


def _exists(context: RequestContext, name: str) -> bool:
    settings = context.world.settings
    return settings.assume_exists or settings.models is not None or available.is_trained(context.world, name)


def _named(context: RequestContext) -> str:
    """The model of the path, if there is one of this name."""
    name = context.path["model"]
    if not name:
        raise errors.unknown_url(context.record.method, context.record.path)
    if not available.is_available(context.world, name):
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
