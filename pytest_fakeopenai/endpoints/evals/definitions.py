"""The definition of an eval: its data source and its testing criteria.

Reference: https://platform.openai.com/docs/api-reference/evals/create
"""

from __future__ import annotations

from ...pipeline.collections import CollectionPath, new_id
from ...pipeline.context import RequestContext
from ...pipeline.results import Response
from ...pipeline.validation import read_body
from ...replies.faults import ApiError
from ...wire.evaluation.grader_definitions import definition_error
from ...wire.json_values import Fields
from ...wire.protocol.call import Json

EVALS = CollectionPath("/evals")
_SAMPLE: Json = {
    "type": "object",
    "properties": {
        "model": {"type": "string"},
        "choices": {"type": "array", "items": {"type": "object"}},
        "output_text": {"type": "string"},
        "output_json": {"type": "object"},
    },
    "required": ["model", "choices"],
}


async def create(context: RequestContext) -> Response:
    """`POST /evals`: a 400 where a criterion cannot be applied.

    Reference: https://platform.openai.com/docs/api-reference/evals/create
    """
    body = await read_body(context)
    fields = Fields(body)
    definition = {
        "object": "eval",
        "id": new_id(context)("eval"),
        "data_source_config": _config(fields.object("data_source_config")),
        "testing_criteria": [
            _criterion(context, each, place) for place, each in enumerate(fields.objects("testing_criteria"))
        ],
        "name": fields.string("name") or "",
        "created_at": context.world.ids.now(),
        "metadata": body.get("metadata") or {},
    }
    EVALS.view(context).add(definition)
    return Response(definition, status=201)


def _config(config: Json) -> Json:
    """The configuration of the data source, with the schema of its rows."""
    kind = config.get("type", "custom")
    if kind == "custom":
        with_sample = bool(config.get("include_sample_schema"))
        return {"type": kind, "schema": _schema(config.get("item_schema") or {}, with_sample=with_sample)}
    return {"type": kind, "schema": _schema({"type": "object"}, with_sample=True), "metadata": config.get("metadata")}


def _schema(item: Json, *, with_sample: bool) -> Json:
    properties = {"item": item, **({"sample": _SAMPLE} if with_sample else {})}
    return {"type": "object", "properties": properties, "required": [*properties]}


def _criterion(context: RequestContext, criterion: Json, place: int) -> Json:
    """A criterion with the id by which results name it; raises ApiError where it cannot be applied."""
    error = definition_error(criterion)
    if error:
        param = f"testing_criteria[{place}]"
        raise ApiError(400, f"Invalid '{param}': {error}.", param=param)
    return {**criterion, "id": f"{criterion.get('name') or criterion['type']}-{context.world.ids.uuid()}"}
