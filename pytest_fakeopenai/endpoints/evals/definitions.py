"""What an eval tests, and by which criteria. https://platform.openai.com/docs/api-reference/evals/create"""

from __future__ import annotations

from ...pipeline.collections import CollectionPath, new_id
from ...pipeline.context import RequestContext
from ...pipeline.results import Response
from ...pipeline.validation import read_body
from ...replies.faults import ApiError
from ...wire.evaluation.grader_definitions import definition_error
from ...wire.protocol.call import Fields, Json

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
    """`POST /evals`: the criteria must be such that they can be applied."""
    body = await read_body(context)
    given = Fields(body)
    made = {
        "object": "eval",
        "id": new_id(context)("eval"),
        "data_source_config": _config(given.object("data_source_config")),
        "testing_criteria": [
            _criterion(context, each, place) for place, each in enumerate(given.objects("testing_criteria"))
        ],
        "name": given.string("name") or "",
        "created_at": context.world.ids.now(),
        "metadata": body.get("metadata") or {},
    }
    EVALS.view(context).add(made)
    return Response(made, status=201)


def _config(given: Json) -> Json:
    """Where the data comes from, with the schema that templates are held against."""
    kind = given.get("type", "custom")
    if kind == "custom":
        with_sample = bool(given.get("include_sample_schema"))
        return {"type": kind, "schema": _schema(given.get("item_schema") or {}, with_sample=with_sample)}
    return {"type": kind, "schema": _schema({"type": "object"}, with_sample=True), "metadata": given.get("metadata")}


def _schema(item: Json, *, with_sample: bool) -> Json:
    properties = {"item": item, **({"sample": _SAMPLE} if with_sample else {})}
    return {"type": "object", "properties": properties, "required": [*properties]}


def _criterion(context: RequestContext, given: Json, place: int) -> Json:
    """A criterion with the id by which results name it."""
    problem = definition_error(given)
    if problem:
        param = f"testing_criteria[{place}]"
        raise ApiError(400, f"Invalid '{param}': {problem}.", param=param)
    return {**given, "id": f"{given.get('name') or given['type']}-{context.world.ids.uuid()}"}
