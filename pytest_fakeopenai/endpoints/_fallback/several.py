"""Several objects at once: the body has a list of ids, and so has the answer."""

from __future__ import annotations

from collections.abc import Iterator

from ...pipeline.results import Result
from ...sdk.catalogue import catalogue
from ...wire.protocol.call import Json
from .asked import GIVEN, Asked

_PROJECT = "/projects/{project_id}"


def _ids(asked: Asked) -> Iterator[tuple[str, str]]:
    """The ids in the body, each with the name that one of them goes by: `project_ids` → `project_id`."""
    for name, value in asked.body.items():
        if name.endswith("_ids") and isinstance(value, list):
            yield from ((name[:-1], each) for each in value if isinstance(each, str))


def create(asked: Asked) -> Result:
    """A creation of as many objects as there are ids."""
    memory = asked.memory(asked.method.path)
    made = [asked.make({**asked.body, name: key}) for name, key in _ids(asked)]
    for body in made:
        memory.add(body, kept={GIVEN: {}})
    return {"object": "list", "data": made, **_ends(made), "has_more": False}


def _ends(bodies: list[Json]) -> Json:
    return {"first_id": bodies[0]["id"] if bodies else None, "last_id": bodies[-1]["id"] if bodies else None}


def act(asked: Asked) -> Result:
    """An action on several objects of a collection, `POST …/certificates/activate`, whose noun names the answer.

    What a project has none of its own of it takes from its organization.
    """
    template, _, verb = asked.method.path.rpartition("/")
    own = asked.memory(template)
    source = own if catalogue().at("POST", template) else asked.memory(template.replace(_PROJECT, ""))
    found = []
    for _, key in _ids(asked):
        record = source.get(key)
        record = own.records.find(key) or own.add(asked.make(record.body))
        record.body = {**record.body, "active": verb == "activate"}
        found.append(asked.make(record.body))
    return {"object": f"{asked.make({}).get('object')}.{verb.removesuffix('ate')}ation", "data": found}
