"""The types of events that webhook endpoints can subscribe to.

Reference: https://platform.openai.com/docs/api-reference/webhook-events
"""

from __future__ import annotations

from ..pipeline.context import RequestContext
from ..pipeline.operate import operate
from ..pipeline.operation import Operation
from ..wire.protocol.call import Json
from ..wire.webhooks.event_types import SUBSCRIBABLE


def list_types(context: RequestContext) -> Json:
    """`GET /webhook_event_types`: a list of the types.

    Reference: https://platform.openai.com/docs/api-reference/webhook-events
    """
    return {"object": "list", "data": list(SUBSCRIBABLE)}


ROUTES = [Operation("GET", "/webhook_event_types", "webhooks.event_types.list", operate(list_types))]
