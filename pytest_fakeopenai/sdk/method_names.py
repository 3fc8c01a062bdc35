"""The client's helper methods, which make the request of another: `parse`, `stream`, `create_and_poll`."""

from __future__ import annotations

import re

from .catalogue import catalogue, has_method

# By the name of a helper, that of the method, below its resource, that it begins with.
_BEGUN = {
    "agents.sessions.stream": "events.stream",
    "parse": "create",
    "stream": "create",
    "upload": "create",
    "upload_and_poll": "create",
    "upload_file_chunked": "create",
    "poll": "retrieve",
    "wait_for_processing": "retrieve",
}
_CONTINUED = re.compile(r"(?:_and)?_(?:poll|stream)$")


def operation_behind(name: str) -> str | None:
    """The operation that a helper method of the client begins with; None where the client has no such helper.

    `beta.` is left out of either name: `threads.runs.create_and_poll` begins with `threads.runs.create`.
    """
    owner, _, method = name.rpartition(".")
    begun = f"{owner}.{_BEGUN.get(name) or _BEGUN.get(method) or _CONTINUED.sub('', method)}"
    return begun if begun != name and catalogue().named(begun) and has_method(owner, method) else None
