"""What webhook endpoints can be subscribed to. https://platform.openai.com/docs/api-reference/webhook-events"""

from __future__ import annotations

from ..wire.call import Json
from ..wire.webhook_types import SUBSCRIBABLE
from ._exchange import Operation, operate
from ._surface import Exchange


def list_types(exchange: Exchange) -> Json:
    """`GET /webhook_event_types`: the types of events."""
    return {"object": "list", "data": list(SUBSCRIBABLE)}


ROUTES = [Operation("GET", "/webhook_event_types", "webhooks.event_types.list", operate(list_types))]
