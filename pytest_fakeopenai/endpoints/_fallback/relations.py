"""How collections belong together: the objects that a path goes through, and those that a request names by id."""

from __future__ import annotations

from collections.abc import Iterator

from ...sdk.catalogue import Method, catalogue
from ...wire.nouns import NOUNS, id_field, referenced
from ...wire.protocol.call import Json
from .request import FallbackRequest


def item_method(template: str) -> Method | None:
    """The SDK's method for one object of the collection at this path, or None where it has none."""
    verbs = ("GET", "DELETE", "POST")
    return next((item for verb in verbs if (item := catalogue().at(verb, f"{template}/{{}}"))), None)


def noun_of(template: str) -> str:
    """What one object of the collection at this path is called: `/organization/groups` → `group`.

    A collection that a newer SDK has, and the table has not, goes by the placeholder of its objects' path, else by its
    own segment.
    """
    segment = template.rpartition("/")[2]
    item = item_method(template)
    return NOUNS.get(segment) or (item and referenced(item.parameters[-1])) or segment


def item_id_field(template: str) -> str:
    """The placeholder or field that holds the id of one object of the collection at this path: `group_id`."""
    item = item_method(template)
    return item.parameters[-1] if item else id_field(noun_of(template))


def owners(method: Method) -> Iterator[tuple[str, str]]:
    """The collections of the objects that a method's path goes through, as far as these can be retrieved themselves.

    Each with the placeholder of the object's id: `/threads/{thread_id}/runs` → (`/threads`, `thread_id`).
    """
    for template, placeholder in _parents(method.path.rpartition("/")[0]):
        owner = catalogue().at("GET", f"{template}/{{}}")
        if owner is not None:
            yield template, placeholder


def related(request: FallbackRequest) -> Json:
    """The objects that the path or the body names by their ids, by what they are called: {`role`: {`id`, …}}."""
    objects: Json = {}
    ids = {**request.context.path, **request.body}
    template = request.method.path
    for collection, field in (*_parents(template), *_source(template)):
        key = ids.get(field)
        if isinstance(key, str):
            record = request.collection(collection).records.find(key)
            objects[noun_of(collection)] = {"id": key, **(record.body if record else {})}
    return objects


def _parents(template: str) -> Iterator[tuple[str, str]]:
    """The collections that a path goes through, each with its placeholder."""
    steps = template.split("/")
    for place, step in enumerate(steps):
        if step.startswith("{"):
            yield "/".join(steps[:place]), step[1:-1]


def _source(template: str) -> Iterator[tuple[str, str]]:
    """The collection whose objects a narrower one assigns: `/organization/groups` for the groups of a project."""
    steps = template.split("/")
    if len(steps) > 4 and steps[-2].startswith("{"):
        source = "/".join([*steps[:-3], steps[-1]])
        yield source, id_field(noun_of(source))
