"""Every collection of the catalogue remembers: create, retrieve, list in three pages, update, delete, and then 404."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.sdk.catalogue import Method, catalogue
from pytest_fakeopenai.sdk.signature import signature

from .samples import JSONL, arguments, callee, spelled

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@dataclass(frozen=True)
class Collection:
    """The methods of one collection, and the name of an object's key in a path."""

    create: Method
    retrieve: Method | None
    update: Method | None
    delete: Method | None
    listing: Method | None
    key: str


def collections() -> Iterator[Collection]:
    """The collections in which the client can create something."""
    for method in catalogue():
        if method.verb != "POST" or method.is_item or signature(method).page:
            continue
        one, change, removal = (catalogue().at(verb, f"{method.path}/{{}}") for verb in ("GET", "POST", "DELETE"))
        listed = catalogue().at("GET", method.path)
        addressed = one or change or removal
        if addressed is not None:
            yield Collection(
                method,
                one,
                change,
                removal,
                listed if listed and signature(listed).page else None,
                addressed.parameters[-1],
            )


# What the scripts answer makes no object by such a call.
SCRIPTED = ("chat.completions.create", "responses.create", "threads.runs.create")


def has_no_beginning(collection: Collection) -> bool:
    """Whether an object in the path of a collection can be asked for but not created, as a user of an organization."""
    steps = collection.create.path.split("/")
    owners = ("/".join(steps[:end]) for end, step in enumerate(steps) if step.startswith("{"))
    return any(catalogue().at("GET", f"{each}/{{}}") and not catalogue().at("POST", each) for each in owners)


COLLECTIONS = {
    each.create.name: each for each in collections() if each.create.name not in SCRIPTED and not has_no_beginning(each)
}


def with_method(name: str) -> pytest.MarkDecorator:
    """The collections that have a method."""
    having = {create: each for create, each in COLLECTIONS.items() if getattr(each, name) is not None}
    return pytest.mark.parametrize("collection", having.values(), ids=having)


SKILL = b"---\nname: greet\ndescription: Greets.\n---\n\nSay hello.\n"


def a_file(client: openai.OpenAI, purpose: Any, content: bytes = JSONL) -> str:
    return client.files.create(file=("x.jsonl", content), purpose=purpose).id


# What a creation needs that must exist before, and cannot be told by its types.
NEEDS: dict[str, Callable[[openai.OpenAI], dict[str, Any]]] = {
    "files.create": lambda client: {"file": ("x.txt", b"content"), "purpose": "assistants"},
    "batches.create": lambda client: {"input_file_id": a_file(client, "batch"), "endpoint": "/v1/chat/completions"},
    "vector_stores.files.create": lambda client: {"file_id": a_file(client, "assistants")},
    "vector_stores.file_batches.create": lambda client: {"file_ids": [a_file(client, "assistants")]},
    "fine_tuning.jobs.create": lambda client: {"training_file": a_file(client, "fine-tune"), "model": "gpt-4o-mini"},
    "skills.create": lambda client: {"files": [("skill/SKILL.md", SKILL)]},
    "skills.versions.create": lambda client: {"files": [("skill/SKILL.md", SKILL)]},
    "conversations.items.create": lambda client: {"items": [{"type": "message", "role": "user", "content": "Hi"}]},
    "containers.files.create": lambda client: {"file": ("x.txt", b"content")},
}

CHANGES = {"skills.update": {"default_version": "1"}}


class Walk:
    """One collection in use, with the objects that its path goes through."""

    def __init__(self, fake: FakeOpenAI, collection: Collection) -> None:
        self._fake = fake
        self.collection = collection
        self.path = dict(self._owners(collection.create))

    def _owners(self, method: Method) -> Iterator[tuple[str, str]]:
        """The ids of the objects in a path, each created if it can be."""
        steps = method.path.split("/")
        for end in (index for index, step in enumerate(steps) if step.startswith("{")):
            creation = catalogue().at("POST", "/".join(steps[:end]))
            owned = creation is not None and creation.name in COLLECTIONS
            yield steps[end][1:-1], Walk(self._fake, COLLECTIONS[creation.name]).create() if owned and creation else "x"

    def create(self) -> str:
        """The key of a new object."""
        method = self.collection.create
        needed = NEEDS[method.name](self._fake.client) if method.name in NEEDS else {}
        body = {**arguments(method), **needed}
        named = spelled(self.collection.key)
        if named in body and isinstance(body[named], str) and method.name not in NEEDS:
            body[named] = f"x{len(self._fake.requests)}"
        created = callee(self._fake, method)(**self.path, **body)
        if isinstance(getattr(created, "data", None), list):  # of conversations, the items created
            return str(created.data[0].id)
        return self.key_of(created) or str(body[named])

    def key_of(self, item: Any) -> str:
        """The key of an object, where it says it."""
        return str(getattr(item, "version" if self.collection.key == "version" else "id", ""))

    def call(self, method: Method | None, key: str | None = None, **fields: Any) -> Any:
        """Call one of the collection's methods, on the object with a key."""
        assert method is not None
        named = {} if key is None else {self.collection.key: key}
        return callee(self._fake, method)(**self.path, **named, **fields)


@pytest.fixture
def walk(fake_openai: FakeOpenAI, collection: Collection) -> Walk:
    return Walk(fake_openai, collection)


@with_method("retrieve")
def test_retrieves_what_was_created(walk: Walk, collection: Collection) -> None:
    key = walk.create()
    assert walk.key_of(walk.call(collection.retrieve, key)) in (key, "")


@with_method("listing")
def test_lists_three_pages(walk: Walk, collection: Collection) -> None:
    keys = [walk.create() for _ in range(3)]
    pages = [*walk.call(collection.listing, limit=1).iter_pages()]
    assert [len(page.data) for page in pages][:3] == [1, 1, 1]
    assert {*keys} <= {walk.key_of(item) for page in pages for item in page.data}


@with_method("update")
def test_updates_what_was_created(walk: Walk, collection: Collection) -> None:
    assert collection.update is not None
    key, changes = walk.create(), {**arguments(collection.update), **CHANGES.get(collection.update.name, {})}
    changed = walk.call(collection.update, key, **changes)
    kept = walk.call(collection.retrieve, key) if collection.retrieve else changed
    for name in changes.keys() & type(changed).model_fields.keys():
        assert getattr(changed, name) == getattr(kept, name)
        assert getattr(changed, name) == changes[name] or isinstance(changes[name], dict)


@with_method("delete")
def test_deletes_for_good(walk: Walk, collection: Collection) -> None:
    key = walk.create()
    walk.call(collection.delete, key)
    for method in filter(None, (collection.retrieve, collection.delete)):
        with pytest.raises(openai.NotFoundError):
            walk.call(method, key)
    if collection.listing is not None:
        assert key not in [walk.key_of(item) for item in walk.call(collection.listing)]


@with_method("retrieve")
def test_knows_no_stranger(walk: Walk, collection: Collection) -> None:
    key = walk.create()
    with pytest.raises(openai.NotFoundError) as refused:
        walk.call(collection.retrieve, key[:-1] + ("1" if key.endswith("0") else "0"))
    assert refused.value.type == "invalid_request_error"
