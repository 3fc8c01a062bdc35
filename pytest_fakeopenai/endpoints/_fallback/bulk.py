"""Several objects at once: the request lists ids, and the answer the objects."""

from __future__ import annotations

from collections.abc import Iterator

from ...pipeline.results import Result
from ...sdk.catalogue import catalogue
from ...wire.nouns import ID_LISTS
from ...wire.protocol.call import Json
from .request import Creation, FallbackRequest

_PROJECT = "/projects/{project_id}"
# What the answer's `object` calls an action.
_ACTIONS = {"activate": "activation", "deactivate": "deactivation"}


def _ids(request: FallbackRequest) -> Iterator[tuple[str, str]]:
    """The ids in the body, each with the field of one: `project_ids` → `project_id`, else `id`."""
    for name, value in request.body.items():
        if name.endswith("_ids") and isinstance(value, list):
            yield from ((ID_LISTS.get(name, "id"), each) for each in value if isinstance(each, str))


def create(request: FallbackRequest) -> Result:
    """`POST …`: an object for each id, as a list."""
    objects = request.collection(request.method.path)
    bodies = [request.example({**request.body, field: key}) for field, key in _ids(request)]
    for body in bodies:
        objects.add(body, Creation({}))
    return {"object": "list", "data": bodies, **_ends(bodies), "has_more": False}


def _ends(bodies: list[Json]) -> Json:
    return {"first_id": bodies[0]["id"] if bodies else None, "last_id": bodies[-1]["id"] if bodies else None}


def act(request: FallbackRequest) -> Result:
    """`POST …/certificates/activate`: the objects, each `active` or not; `object` names the action.

    A project's object that is not stored yet is taken from its organization. An unknown id is the API's 404.
    """
    template, _, action = request.method.path.rpartition("/")
    own = request.collection(template)
    source = own if catalogue().at("POST", template) else request.collection(template.replace(_PROJECT, ""))
    bodies = []
    for _, key in _ids(request):
        record = source.get(key)
        record = own.records.find(key) or own.add(request.example(record.body), None)
        record.body = {**record.body, "active": action == "activate"}
        bodies.append(request.example(record.body))
    return {"object": f"{request.example({}).get('object')}.{_ACTIONS.get(action, action)}", "data": bodies}
