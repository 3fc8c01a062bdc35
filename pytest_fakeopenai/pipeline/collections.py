"""One collection of a world, as a request sees it: its 404s, its pages, and ids that are assumed to exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, overload

from typing_extensions import TypeVar

from ..sdk.catalogue import anonymous, catalogue
from ..sdk.signature import signature
from ..state.pages import Page, paginate
from ..state.store import Collection, Record
from ..wire.protocol import errors
from ..wire.protocol.call import Json
from ..wire.resources import identify, resource
from .context import RequestContext
from .listing import listing

if TYPE_CHECKING:
    from ..sdk.example import ExampleFactory

T = TypeVar("T", default=None)
# From what makes ids, the time, and the ids in the path, to an object that is assumed to have been made then.
Identify = Callable[[str], str]
Assumed = Callable[[Identify, int, Mapping[str, str]], Json]
# By the path of a collection: what makes one of its objects, for whoever asks for it by its path alone.
_ASSUMED: dict[str, Assumed] = {}


class UnknownCursor(Exception):
    """A page is to begin, or to end, at an object that the list does not have; its argument is the object's id."""


@dataclass(frozen=True)
class CollectionPath(Generic[T]):
    """Where objects of one kind are stored, and the type of what their family keeps beside each of them.

    `template` is the path of the collection, `/threads/{thread_id}/messages`; `assumed` makes one of its objects,
    but for the id, that is assumed to exist; without it one is made by its type.
    """

    template: str
    assumed: Assumed | None = None

    def __post_init__(self) -> None:
        """Let everyone who asks for this path know what its objects are like."""
        if self.assumed is not None:
            _ASSUMED[anonymous(self.template)] = self.assumed

    def view(self, context: RequestContext, **ids: str) -> CollectionView[T]:
        """The collection as a request sees it; its placeholders are those of the request's own path, or keywords."""
        return CollectionView(context, self.template, **ids)


class CollectionView(Generic[T]):
    """The objects of one collection: `template` is its path, `/threads/{thread_id}/messages`.

    The placeholders are those of the request's own path, or given as keywords.
    """

    def __init__(self, context: RequestContext, template: str, **ids: str) -> None:
        self._context = context
        self._template = template
        self._assumed = _ASSUMED.get(anonymous(template))
        self._ids = {**context.path, **ids}
        self.facts = resource(anonymous(template))
        path = template.format_map(self._ids)
        self.records: Collection[T] = context.world.store.collection(template, path, self.facts.missing_at(path))

    def get(self, key: str) -> Record[T]:
        """The object with this id; the API's 404 where there is none, unless ids are assumed to exist."""
        if self._context.world.settings.assume_exists and self.records.find(key) is None:
            self._assume(key)
        return self.records.get(key)

    def _assume(self, key: str) -> None:
        item = f"{self._template}/{{}}"
        methods = (catalogue().at(*place) for place in (("GET", item), ("POST", item), ("GET", self._template)))
        method = next((method for method in methods if method), None)
        ids = {**self._ids, "id": key, **({method.parameters[-1]: key} if method and method.is_item else {})}
        factory = example_factory(self._context, key)
        if self._assumed is not None:
            body = self._assumed(factory.identify, factory.now, self._ids)
        else:
            body = factory.complete(signature(method).answer, ids) if method else {}
        self.records.put(Record({**body, "id": key} if body else {"id": key}, assumed=True), key)

    @overload
    def add(self: CollectionView[None], body: Json, *, key: str | None = None) -> Record: ...

    @overload
    def add(self, body: Json, data: T | None, *, key: str | None = None) -> Record[T]: ...

    def add(self, body: Json, data: T | None = None, *, key: str | None = None) -> Record[T] | Record:
        """Store an object under its id, or another key, with what its family keeps beside it."""
        record = Record(body, data)
        self.records.put(record, key)
        return record

    def delete(self, key: str) -> Record[T]:
        """Remove an object and return it; the API's 404 where there is none."""
        record = self.get(key)
        self.records.delete(key)
        return record

    def page(self, items: Iterable[Json] | None = None) -> Page:
        """The part of the collection, or of some items of it, that the request's query asks for."""
        bodies = self.records.bodies() if items is None else items
        try:
            return paginate(bodies, **listing(self._context, self.facts), unknown=UnknownCursor)
        except UnknownCursor as unknown:
            if self._context.world.settings.assume_exists:  # it exists, and nothing comes behind it
                return Page([], False)
            raise errors.unknown_cursor(*unknown.args) from None


def example_factory(context: RequestContext, key: str = "") -> ExampleFactory:
    """What makes instances of the SDK's types with this world's ids and time.

    A GET neither moves the clock nor draws ids that others would get: it fills in the ids that its path, or the object
    with the id `key`, always gets.
    """
    from ..sdk.example import ExampleFactory  # loaded with the first object that is made by its type

    ids = context.world.ids
    if context.record.method != "GET":
        return ExampleFactory(new_id(context), ids.now())
    own = ids.branch(key or context.record.path)
    return ExampleFactory(lambda kind: identify(own, kind), ids.present())


def new_id(context: RequestContext) -> Callable[[str], str]:
    """What makes an id for an object of a kind: `batch`, `thread.run`."""
    return lambda kind: identify(context.world.ids, kind)
