"""ChatKit's sessions. https://platform.openai.com/docs/api-reference/chatkit"""

from __future__ import annotations

from ..pipeline.collections import CollectionPath, new_id
from ..pipeline.context import RequestContext
from ..pipeline.operate import operate
from ..pipeline.operation import Operation
from ..pipeline.validation import read_body
from ..wire.protocol.call import Fields, Json

_LIFETIME = 600
_PER_MINUTE = 10
_CONFIGURATION: Json = {
    "automatic_thread_titling": {"enabled": True},
    "file_upload": {"enabled": False, "max_file_size": 512, "max_files": 10},
    "history": {"enabled": True, "recent_threads": None},
}
_SESSIONS = CollectionPath("/chatkit/sessions")


async def create(context: RequestContext) -> Json:
    """`POST /chatkit/sessions`: the secret is one that nobody asks for again."""
    body = await read_body(context)
    given = Fields(body)
    limits = {"max_requests_per_1_minute": _PER_MINUTE, **given.object("rate_limits")}
    asked = given.object("chatkit_configuration")
    identify = new_id(context)
    session = {
        "id": identify("chatkit.session"),
        "object": "chatkit.session",
        "client_secret": identify("client_secret"),
        "expires_at": context.world.ids.now() + _seconds(given.object("expires_after")),
        "status": "active",
        "user": given.string("user") or "",
        "workflow": _workflow(given.object("workflow")),
        "max_requests_per_1_minute": limits["max_requests_per_1_minute"],
        "rate_limits": limits,
        "chatkit_configuration": {
            name: {**standard, **(Fields(asked, "chatkit_configuration.").object(name))}
            for name, standard in _CONFIGURATION.items()
        },
    }
    _SESSIONS.view(context).add(session)
    return session


def _seconds(expires_after: Json) -> int:
    return Fields(expires_after, "expires_after.").integer("seconds", _LIFETIME, low=1, high=_LIFETIME)


def _workflow(given: Json) -> Json:
    standard = {"version": None, "state_variables": None, "tracing": {"enabled": True}}
    return {**standard, **given}


ROUTES = [Operation("POST", "/chatkit/sessions", "chatkit.sessions.create", operate(create))]
