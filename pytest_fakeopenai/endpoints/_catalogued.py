"""The operations that have no module of their own: what the installed SDK says of them, and memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from ..sdk.catalogue import Method, catalogue
from ..sdk.signature import Signature, signature
from ..store import Record
from ..wire import sse
from ..wire.call import Json
from ._admission import read_body
from ._exchange import Operation, operate
from ._memory import Memory, maker, new_id
from ._responder import in_thread
from ._surface import Answered, Events, Exchange, Stated

_BYTES = "application/octet-stream"
_ONLY = ""  # the key of what there is one of at its path
_GIVEN = "given"  # what is kept of the request that created an object
_PAGING = ("limit", "after", "before", "order", "page", "include")
# What becomes of the status of an object by an action on it.
_BECOMES = {
    "cancel": ("cancelled", "canceled"),
    "archive": ("archived",),
    "pause": ("paused",),
    "resume": ("active", "running"),
}

Act = Callable[["Asked"], Stated]


class Asked:
    """A request to an operation of the catalogue."""

    def __init__(self, exchange: Exchange, method: Method, body: Json) -> None:
        self.exchange = exchange
        self.method = method
        self.body = body

    @property
    def types(self) -> Signature:
        """The operation's types."""
        return signature(self.method)

    def memory(self, template: str) -> Memory:
        """The collection at a path of the request's."""
        return Memory(self.exchange, template)

    def make(self, given: Json) -> Json:
        """An answer of the operation's type that keeps what fits of what is given, and of the ids in the path."""
        made = maker(self.exchange).make(self.types.answer, {**self.exchange.path, **given})
        return made if isinstance(made, dict) else {}


def recall(verb: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """The operation that answers a request by what the SDK says of it, and the values in its path."""
    found = catalogue().find(verb, path)
    if found is None:
        return None
    method, values = found

    async def answer(exchange: Exchange) -> Stated:
        act = await in_thread(lambda: act_of(method))
        body = await read_body(exchange) if signature(method).body else {}
        for owner in _owners(method):
            Memory(exchange, owner.path.rpartition("/")[0]).get(exchange.path[owner.parameters[-1]])
        return act(Asked(exchange, method, body))

    return Operation(verb, method.path, method.name, operate(answer)), values


def is_known(path: str) -> bool:
    """Whether the SDK knows this path, with whatever verb."""
    return catalogue().knows(path)


def _owners(method: Method) -> Iterator[Method]:
    """The objects that the path goes through, as far as they can be asked for by themselves."""
    steps = method.path.split("/")
    for end in range(2, len(steps)):
        owner = catalogue().at("GET", "/".join(steps[:end]))
        if owner is not None and owner.is_item:
            yield owner


@cache
def act_of(method: Method) -> Act:
    """What an operation does, told by its path and its verb, and by what else there is at that path."""
    types = signature(method)
    if method.verb == "GET" and not method.is_item:
        return _get_act(types)
    if method.is_item:
        return {"GET": _retrieve, "DELETE": _delete}.get(method.verb, _update)
    if method.verb == "DELETE":
        return _delete_only
    return _post_act(method, types)


def _get_act(types: Signature) -> Act:
    if types.page:
        return _list
    if types.binary:
        return _content
    return _stream if types.events else _retrieve_only


def _post_act(method: Method, types: Signature) -> Act:
    if _item_of(method) is not None and not types.page:
        return _create
    if catalogue().at("GET", method.path) is not None and not types.page:
        return _update_only
    owner = catalogue().at("GET", method.path.rpartition("/")[0])
    if owner is not None and owner.is_item and signature(owner).answer == types.answer:
        return _act
    return _specimen


def _item_of(method: Method) -> Method | None:
    """The operation on one object of the collection at this path."""
    verbs = ("GET", "DELETE", "POST")
    return next((item for verb in verbs if (item := catalogue().at(verb, f"{method.path}/{{}}"))), None)


# ---- collections


def _list(asked: Asked) -> Stated:
    memory = asked.memory(asked.method.path)
    found = [_keyed(key, _shown(asked, record, key)) for key, record in memory.records.items()]
    page = memory.page(filter(_wanted(asked), found))
    data = page.data
    if asked.types.page == "Page":
        return {"object": "list", "data": data}
    if asked.types.page == "NextCursorPage":
        last = page.data[-1]["id"] if page.has_more else None
        return {"object": "list", "data": data, "has_more": page.has_more, "next": last}
    if asked.types.page == "TokenPage":
        return {"object": "list", "data": data, "has_more": page.has_more, "next": None}
    return page.body()


def _keyed(key: str, body: Json) -> Json:
    """An object as it is, and under the key that it is kept by where it names no id."""
    return body if "id" in body else {"id": key, **body}


def _wanted(asked: Asked) -> Callable[[Json], bool]:
    """Whether an object has what the query asks for in fields of its own."""
    query = asked.exchange.record.query
    plain = {name: value for name, value in query.items() if name not in _PAGING and "[" not in name}
    metadata = {name[9:-1]: value for name, value in query.items() if name.startswith("metadata[")}

    def wanted(body: Json) -> bool:
        kept = body.get("metadata") or {}
        fits = (name not in body or str(body[name]) == value for name, value in plain.items())
        return all(fits) and all(kept.get(name) == value for name, value in metadata.items())

    return wanted


def _create(asked: Asked) -> Stated:
    item = _item_of(asked.method)
    assert item is not None
    name = item.parameters[-1]
    named = {"id": asked.body[name]} if isinstance(asked.body.get(name), str) else {}
    body = asked.make({**asked.body, **named})
    memory = asked.memory(asked.method.path)
    key = body.get("id") or named.get("id") or new_id(asked.exchange)(name.removesuffix("_id"))
    memory.add(body, key=key, kept={_GIVEN: asked.body})
    return Answered(body, status=memory.facts.created)


def _record(asked: Asked) -> Record:
    template, _, name = asked.method.path.rpartition("/")
    return asked.memory(template).get(asked.exchange.path[name[1:-1]])


def _key(asked: Asked) -> str:
    return asked.exchange.path[asked.method.parameters[-1]]


def _shown(asked: Asked, record: Record, key: str) -> Json:
    """An object as this operation answers it: as it was created, unless that is of another type."""
    template = asked.method.path.rpartition("/")[0] if asked.method.is_item else asked.method.path
    creation = catalogue().at("POST", template)
    if creation is None or signature(creation).answer == asked.types.answer:
        return record.body
    within = [each for each in record.body.values() if isinstance(each, dict) and "id" in each]
    known = {name: value for each in within for name, value in each.items()}
    return asked.make({"id": key, **known, **record.kept.get(_GIVEN, {}), **record.body})


def _retrieve(asked: Asked) -> Stated:
    return _shown(asked, _record(asked), _key(asked))


def _update(asked: Asked) -> Stated:
    record = _record(asked)
    made = asked.make({**record.body, **asked.body})
    record.body = {**record.body, **{name: made[name] for name in asked.body if name in made}}
    return _shown(asked, record, _key(asked))


def _delete(asked: Asked) -> Stated:
    template = asked.method.path.rpartition("/")[0]
    key = _key(asked)
    body = asked.memory(template).delete(key).body
    if asked.types.answer is None:
        return {"id": key, "object": f"{body.get('object', 'object')}.deleted", "deleted": True}
    given = {name: value for name, value in body.items() if name != "object"}
    return asked.make({**given, "id": key, "deleted": True})


def _act(asked: Asked) -> Stated:
    """An action on an object, `POST …/{id}/cancel`: its status becomes what the action says."""
    steps = asked.method.path.split("/")
    record = asked.memory("/".join(steps[:-2])).get(asked.exchange.path[steps[-2][1:-1]])
    for status in _BECOMES.get(steps[-1], ()):
        ended = {"status": status, f"{status}_at": asked.exchange.world.ids.now()}
        body = asked.make({**record.body, **asked.body, **ended})
        if body.get("status") == status:
            record.body = {**record.body, **body}
            break
    return record.body


# ---- what there is one of


def _retrieve_only(asked: Asked) -> Stated:
    found = asked.memory(asked.method.path).records.find(_ONLY)
    return asked.make(found.body if found else {})


def _update_only(asked: Asked) -> Stated:
    memory = asked.memory(asked.method.path)
    found = memory.records.find(_ONLY)
    body = {**(found.body if found else {}), **asked.body}
    memory.add(body, key=_ONLY)
    return asked.make(body)


def _delete_only(asked: Asked) -> Stated:
    records = asked.memory(asked.method.path).records
    if records.find(_ONLY):
        records.delete(_ONLY)
    return asked.make({"deleted": True})


# ---- the rest


def _content(asked: Asked) -> Stated:
    return Answered(b"", media_type=_BYTES)


def _stream(asked: Asked) -> Stated:
    event = maker(asked.exchange).make(asked.types.events, asked.exchange.path)
    return Events([event], frame=lambda each: sse.data(sse.compact(each)))


def _specimen(asked: Asked) -> Stated:
    if asked.types.page:
        return {"object": "list", "data": [], "first_id": None, "last_id": None, "has_more": False}
    if asked.types.binary:
        return Answered(b"", media_type=_BYTES)
    if asked.types.answer is None:
        return Answered(None)
    return asked.make(asked.body)
