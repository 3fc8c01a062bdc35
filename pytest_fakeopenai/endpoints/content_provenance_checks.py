"""Checks of a file for C2PA metadata and a SynthID watermark.

Reference: https://platform.openai.com/docs/api-reference/content-provenance-checks
"""

from __future__ import annotations

from ..pipeline.context import RequestContext
from ..pipeline.operate import operate
from ..pipeline.operation import Operation
from ..pipeline.validation import read_body, refuse
from ..wire.protocol import errors
from ..wire.protocol.call import Json

_NOT_DETECTED: list[Json] = [
    {
        "type": "c2pa",
        "outcome": "not_detected",
        "validation_state": "not_present",
        "issuer": None,
        "model": None,
        "generated_at": None,
    },
    {"type": "synthid", "outcome": "not_detected"},
]


async def check(context: RequestContext) -> Json:
    """`POST /content_provenance_checks`: neither is ever detected; for other results script a rule.

    Reference: https://platform.openai.com/docs/api-reference/content-provenance-checks
    """
    if "file" not in await read_body(context):
        refuse(context, errors.missing_parameter("file"))
    created = context.world.ids.now()
    return {"object": "content_provenance_check", "created_at": created, "results": _NOT_DETECTED}


ROUTES = [Operation("POST", "/content_provenance_checks", "content_provenance_checks.create", operate(check))]
