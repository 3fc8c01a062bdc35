"""Models: those of a catalogue or of the test's settings, and fine-tuned ones.

Reference: https://platform.openai.com/docs/api-reference/models
"""

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
    """`GET /models`: the models of the settings or of the catalogue, and the fine-tuned ones, in one page.

    Reference: https://platform.openai.com/docs/api-reference/models/list
    """
    return {"object": "list", "data": available.listed(context.world)}


def retrieve(context: RequestContext) -> Json:
    """`GET /models/{model}`: any name is a model, unless the settings list them, or it was deleted.

    Reference: https://platform.openai.com/docs/api-reference/models/retrieve
    """
    return available.describe(context.world, _model_name(context))


def delete(context: RequestContext) -> Json:
    """`DELETE /models/{model}`: a 403 for OpenAI's own models, a 404 for a fine-tuned one that is not known to exist.

    Reference: https://platform.openai.com/docs/api-reference/models/delete
    """
    name = _model_name(context)
    if is_base(name):
        raise _not_permitted(name)
    if not _exists(context, name):
        raise errors.unknown_model(name)
    available.delete(context.world, name)
    return {"id": name, "object": "model", "deleted": True}


def _exists(context: RequestContext, name: str) -> bool:
    settings = context.world.settings
    return settings.assume_exists or settings.models is not None or available.is_trained(context.world, name)


def _model_name(context: RequestContext) -> str:
    """The name of the model in the path; raises the API's 404 where there is no such model."""
    name = context.path["model"]
    if not name:
        raise errors.unknown_url(context.record.method, context.record.path)
    if not available.is_available(context.world, name):
        raise errors.unknown_model(name)
    return name


def _not_permitted(name: str) -> ApiError:
    message = f"You do not have permission to delete the model '{name}'."
    return ApiError(403, message, param="model")


ROUTES = [
    Operation("GET", "/models", "models.list", operate(list_models)),
    Operation("GET", "/models/{model:path}", "models.retrieve", operate(retrieve)),
    Operation("DELETE", "/models/{model:path}", "models.delete", operate(delete)),
]
