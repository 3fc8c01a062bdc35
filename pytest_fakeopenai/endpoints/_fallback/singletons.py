"""What there is one of at its path: settings that are read, changed and put back to what they were."""

from __future__ import annotations

from ...pipeline.results import Result
from .asked import Asked

_ONLY = ""  # its key


def retrieve(asked: Asked) -> Result:
    """`GET …`: what was set, and else the smallest that the type allows."""
    found = asked.memory(asked.method.path).records.find(_ONLY)
    return asked.make(found.body if found else {})


def update(asked: Asked) -> Result:
    """`POST …`: what is given is merged into what was set."""
    memory = asked.memory(asked.method.path)
    found = memory.records.find(_ONLY)
    body = {**(found.body if found else {}), **asked.body}
    memory.add(body, key=_ONLY)
    return asked.make(body)


def delete(asked: Asked) -> Result:
    """`DELETE …`: nothing is set any more."""
    records = asked.memory(asked.method.path).records
    if records.find(_ONLY):
        records.delete(_ONLY)
    return asked.make({"deleted": True})
