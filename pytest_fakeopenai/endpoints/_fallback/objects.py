"""One object of a collection: shown, changed, deleted, acted on."""

from __future__ import annotations

from ...pipeline.collections import ASSUMED
from ...pipeline.results import Result
from ...sdk.catalogue import catalogue
from ...sdk.signature import signature
from ...state.store import Record
from ...wire.protocol.call import Json
from .asked import GIVEN, Asked

# What becomes of the status of an object by an action on it.
_BECOMES = {
    "cancel": ("cancelled", "canceled"),
    "archive": ("archived",),
    "pause": ("paused",),
    "resume": ("active", "running"),
}


def _record(asked: Asked) -> Record:
    template, _, name = asked.method.path.rpartition("/")
    return asked.memory(template).get(asked.context.path[name[1:-1]])


def _key(asked: Asked) -> str:
    return asked.context.path[asked.method.parameters[-1]]


def shown(asked: Asked, record: Record, key: str) -> Json:
    """An object as this operation answers it: as it was created, unless it was made up, and of another type."""
    if not record.kept.keys() & {GIVEN, ASSUMED}:
        return record.body
    template = asked.method.path.rpartition("/")[0] if asked.method.is_item else asked.method.path
    creation = catalogue().at("POST", template)
    if creation is None or signature(creation).answer == asked.types.answer:
        return record.body
    within = (each for each in record.body.values() if isinstance(each, dict) and each.get("id") == key)
    return asked.make({"id": key, **next(within, {}), **record.kept.get(GIVEN, {}), **record.body})


def retrieve(asked: Asked) -> Result:
    """`GET …/{id}`."""
    return shown(asked, _record(asked), _key(asked))


def update(asked: Asked) -> Result:
    """`POST …/{id}`: what is given is merged into the object."""
    record = _record(asked)
    made = asked.make({**record.body, **asked.body})
    record.body = {**record.body, **{name: made[name] for name in asked.body if name in made and name != "id"}}
    return shown(asked, record, _key(asked))


def delete(asked: Asked) -> Result:
    """`DELETE …/{id}`: the answer is a note of the deletion, or what was deleted where the type is that."""
    template = asked.method.path.rpartition("/")[0]
    key = _key(asked)
    body = asked.memory(template).delete(key).body
    if asked.types.answer is None:
        return {"id": key, "object": f"{body.get('object', 'object')}.deleted", "deleted": True}
    retrieval = catalogue().at("GET", asked.method.path)
    if retrieval is not None and signature(retrieval).answer == asked.types.answer:
        return body
    made = asked.make({**body, "object": "", "id": key, "deleted": True})
    return made if made.get("object") else {**made, "object": f"{body.get('object', 'object')}.deleted"}


def act(asked: Asked) -> Result:
    """An action on an object, `POST …/{id}/cancel`: its status becomes what the action says."""
    steps = asked.method.path.split("/")
    record = asked.memory("/".join(steps[:-2])).get(asked.context.path[steps[-2][1:-1]])
    for status in _BECOMES.get(steps[-1], ()):
        ended = {"status": status, f"{status}_at": asked.context.world.ids.now()}
        body = asked.make({**record.body, **asked.body, **ended})
        if body.get("status") == status:
            record.body = {**record.body, **body}
            break
    return record.body
