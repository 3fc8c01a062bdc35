"""Creations: what a new object is given by the request, and by what it is related to."""

from __future__ import annotations

from collections.abc import Iterator

from ...pipeline.collections import new_id
from ...pipeline.results import Response, Result
from ...sdk.catalogue import Method, catalogue
from ...wire.protocol.call import Json
from .asked import GIVEN, Asked


def create(asked: Asked) -> Result:
    """`POST …`: an object of the answer's type, kept under its id or under the name that paths have for it."""
    name = _name_of_one(asked.method)
    named = {"id": asked.body[name]} if isinstance(asked.body.get(name), str) else {}
    body = asked.make({**_related(asked), **asked.body, **named})
    memory = asked.memory(asked.method.path)
    key = body.get("id") or named.get("id") or new_id(asked.context)(name.removesuffix("_id"))
    memory.add(body, key=key, kept={GIVEN: asked.body})
    return Response(body, status=memory.facts.created)


def item_of(method: Method) -> Method | None:
    """The operation on one object of the collection at this path."""
    verbs = ("GET", "DELETE", "POST")
    return next((item for verb in verbs if (item := catalogue().at(verb, f"{method.path}/{{}}"))), None)


def _name_of_one(method: Method) -> str:
    """What the id of one object of a collection is called in paths: `group_id`."""
    item = item_of(method)
    return item.parameters[-1] if item else f"{method.path.rpartition('/')[2].removesuffix('s')}_id"


def _related(asked: Asked) -> Json:
    """The objects that the path or the body names by their ids, under the names of those: `role_id` → `role`."""
    found: Json = {}
    for collection, name in (*_parents(asked.method.path), *_wider(asked.method.path)):
        key = {**asked.context.path, **asked.body}.get(name)
        record = asked.memory(collection).records.find(key) if isinstance(key, str) else None
        if isinstance(key, str):
            found[name.removesuffix("_id")] = {"id": key, **(record.body if record else {})}
    return found


def _parents(template: str) -> Iterator[tuple[str, str]]:
    """The collections that a path goes through, each with what its placeholder is called."""
    steps = template.split("/")
    for place, step in enumerate(steps):
        if step.startswith("{"):
            yield "/".join(steps[:place]), step[1:-1]


def _wider(template: str) -> Iterator[tuple[str, str]]:
    """The collection that the objects of another come from: `/groups` for the groups of a project."""
    steps = template.split("/")
    if len(steps) > 4 and steps[-2].startswith("{"):
        yield "/".join([*steps[:-3], steps[-1]]), f"{steps[-1].removesuffix('s')}_id"
