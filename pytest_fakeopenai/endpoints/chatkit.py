"""Sessions of ChatKit.

Reference: https://platform.openai.com/docs/api-reference/chatkit
"""

from __future__ import annotations

from ..pipeline.collections import CollectionPath, new_id
from ..pipeline.context import RequestContext
from ..pipeline.operate import operate
from ..pipeline.operation import Operation
from ..pipeline.validation import lifetime, read_body
from ..wire.json_values import Fields
from ..wire.protocol.call import Json

_LIFETIME = 600  # seconds
_MAX_REQUESTS_PER_MINUTE = 10
_DEFAULT_CONFIGURATION: Json = {
    "automatic_thread_titling": {"enabled": True},
    "file_upload": {"enabled": False, "max_file_size": 512, "max_files": 10},
    "history": {"enabled": True, "recent_threads": None},
}
_SESSIONS = CollectionPath("/chatkit/sessions")


async def create(context: RequestContext) -> Json:
    """`POST /chatkit/sessions`: a session with a client secret, which the fake does not ask for.

    Reference: https://platform.openai.com/docs/api-reference/chatkit/sessions/create
    """
    body = await read_body(context)
    fields = Fields(body)
    limits = {"max_requests_per_1_minute": _MAX_REQUESTS_PER_MINUTE, **fields.object("rate_limits")}
    configuration = fields.object("chatkit_configuration")
    identify = new_id(context)
    session = {
        "id": identify("chatkit.session"),
        "object": "chatkit.session",
        "client_secret": identify("client_secret"),
        "expires_at": context.world.ids.now() + lifetime(context, body, _LIFETIME, low=1, high=_LIFETIME),
        "status": "active",
        "user": fields.string("user") or "",
        "workflow": _workflow(fields.object("workflow")),
        "max_requests_per_1_minute": limits["max_requests_per_1_minute"],
        "rate_limits": limits,
        "chatkit_configuration": {
            name: {**defaults, **(Fields(configuration).object(name))}
            for name, defaults in _DEFAULT_CONFIGURATION.items()
        },
    }
    _SESSIONS.view(context).add(session)
    return session


def _workflow(workflow: Json) -> Json:
    defaults = {"version": None, "state_variables": None, "tracing": {"enabled": True}}
    return {**defaults, **workflow}


ROUTES = [Operation("POST", "/chatkit/sessions", "chatkit.sessions.create", operate(create))]
