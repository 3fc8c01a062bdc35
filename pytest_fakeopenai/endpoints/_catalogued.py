"""The operations that have no module of their own: what the installed SDK says of them, and memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from ..sdk.catalogue import Method, catalogue
from ..sdk.signature import Signature, signature
from ..store import Record
from ..wire import errors, sse
from ..wire.call import Json
from ._admission import read_body
from ._buckets import is_report, report
from ._exchange import Operation, operate
from ._memory import ASSUMED, Memory, maker, new_id
from ._responder import in_thread
from ._surface import Answered, Events, Exchange, Stated

_BYTES = "application/octet-stream"
_ONLY = ""  # the key of what there is one of at its path
_GIVEN = "given"  # what is kept of the request that created an object
_PROJECT = "/projects/{project_id}"
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
        """An answer of the operation's type that keeps what fits of what is given, and of the ids in the path.

        What is given may be an object of another kind: the type says what the answer calls itself.
        """
        known = {name: value for name, value in {**self.exchange.path, **given}.items() if name != "object"}
        made = maker(self.exchange).make(self.types.answer, known)
        if not isinstance(made, dict):
            return {}
        return {**made, "object": given["object"]} if made.get("object") == "" and "object" in given else made


def recall(verb: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """The operation that answers a request by what the SDK says of it, and the values in its path."""
    found = catalogue().find(verb, path)
    if found is None:
        return None
    method, values = found

    return Operation(verb, method.path, method.name, operate(lambda exchange: _done(exchange, method))), values


async def remembered(exchange: Exchange) -> Stated:
    """What memory answers to a request, for families that do something else beforehand."""
    method = catalogue().named(exchange.record.endpoint)
    if method is None:
        raise errors.unknown_url(exchange.record.method, exchange.record.path)
    return await _done(exchange, method)


async def _done(exchange: Exchange, method: Method) -> Stated:
    """The answer to a request, once all that its path goes through is found to be there."""
    act = await in_thread(lambda: act_of(method))
    body = await read_body(exchange) if signature(method).body else {}
    for owner in _owners(method):
        Memory(exchange, owner.path.rpartition("/")[0]).get(exchange.path[owner.parameters[-1]])
    return act(Asked(exchange, method, body))


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
    if types.events:
        return _stream
    return _report if is_report(types.answer) else _retrieve_only


def _post_act(method: Method, types: Signature) -> Act:
    if types.page:
        return _create_each if _item_of(method) is not None else _act_on_each
    if types.answer is None or types.binary:
        return _specimen
    there = catalogue().at("GET", method.path)
    if _item_of(method) is not None or (there is not None and signature(there).page):
        return _create
    if there is not None:
        return _update_only
    return _act if _acts_on_its_owner(method, types) else _specimen


def _acts_on_its_owner(method: Method, types: Signature) -> bool:
    """Whether a path is that of an object with a verb behind it, and the answer such an object."""
    owner = method.path.rpartition("/")[0]
    makers = (catalogue().at("GET", owner), catalogue().at("POST", owner.rpartition("/")[0]))
    return owner.endswith("}") and any(each and signature(each).answer == types.answer for each in makers)


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
    if asked.types.page in ("NextCursorPage", "TokenPage"):
        last = page.data[-1]["id"] if page.has_more else None
        return {"object": "list", "data": data, "has_more": page.has_more, "next": last}
    body = page.body()
    return body if memory.facts.ends else {name: body[name] for name in ("object", "data", "has_more")}


def _keyed(key: str, body: Json) -> Json:
    """An object as it is, and under the key that it is kept by where it names no id."""
    return body if "id" in body else {"id": key, **body}


def _wanted(asked: Asked) -> Callable[[Json], bool]:
    """Whether an object has what the query asks for in fields of its own."""
    query = asked.exchange.record.query
    plain = {name: value for name, value in query.items() if name not in _PAGING and "[" not in name}
    archived = plain.pop("include_archived", "false") == "true"
    metadata = {name[9:-1]: value for name, value in query.items() if name.startswith("metadata[")}

    def wanted(body: Json) -> bool:
        kept = body.get("metadata") or {}
        fits = (name not in body or str(body[name]) == value for name, value in plain.items())
        shown = archived or body.get("status") != "archived"
        return shown and all(fits) and all(kept.get(name) == value for name, value in metadata.items())

    return wanted


def _create(asked: Asked) -> Stated:
    name = _name_of_one(asked.method)
    named = {"id": asked.body[name]} if isinstance(asked.body.get(name), str) else {}
    body = asked.make({**_related(asked), **asked.body, **named})
    memory = asked.memory(asked.method.path)
    key = body.get("id") or named.get("id") or new_id(asked.exchange)(name.removesuffix("_id"))
    memory.add(body, key=key, kept={_GIVEN: asked.body})
    return Answered(body, status=memory.facts.created)


def _name_of_one(method: Method) -> str:
    """What the id of one object of a collection is called in paths: `group_id`."""
    item = _item_of(method)
    return item.parameters[-1] if item else f"{method.path.rpartition('/')[2].removesuffix('s')}_id"


def _related(asked: Asked) -> Json:
    """The objects that the path or the body names by their ids, under the names of those: `role_id` → `role`."""
    found: Json = {}
    for collection, name in (*_parents(asked.method.path), *_wider(asked.method.path)):
        key = {**asked.exchange.path, **asked.body}.get(name)
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


def _record(asked: Asked) -> Record:
    template, _, name = asked.method.path.rpartition("/")
    return asked.memory(template).get(asked.exchange.path[name[1:-1]])


def _key(asked: Asked) -> str:
    return asked.exchange.path[asked.method.parameters[-1]]


def _shown(asked: Asked, record: Record, key: str) -> Json:
    """An object as this operation answers it: as it was created, unless it was made up, and of another type."""
    if not record.kept.keys() & {_GIVEN, ASSUMED}:
        return record.body
    template = asked.method.path.rpartition("/")[0] if asked.method.is_item else asked.method.path
    creation = catalogue().at("POST", template)
    if creation is None or signature(creation).answer == asked.types.answer:
        return record.body
    within = (each for each in record.body.values() if isinstance(each, dict) and each.get("id") == key)
    return asked.make({"id": key, **next(within, {}), **record.kept.get(_GIVEN, {}), **record.body})


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
    shown = catalogue().at("GET", asked.method.path)
    if shown is not None and signature(shown).answer == asked.types.answer:
        return body
    made = asked.make({**body, "object": "", "id": key, "deleted": True})
    return made if made.get("object") else {**made, "object": f"{body.get('object', 'object')}.deleted"}


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


# ---- several objects at once: the body has a list of ids, and so has the answer


def _ids(asked: Asked) -> Iterator[tuple[str, str]]:
    """The ids in the body, each with the name that one of them goes by: `project_ids` → `project_id`."""
    for name, value in asked.body.items():
        if name.endswith("_ids") and isinstance(value, list):
            yield from ((name[:-1], each) for each in value if isinstance(each, str))


def _create_each(asked: Asked) -> Stated:
    """A creation of as many objects as there are ids."""
    memory = asked.memory(asked.method.path)
    made = [asked.make({**asked.body, name: key}) for name, key in _ids(asked)]
    for body in made:
        memory.add(body, kept={_GIVEN: {}})
    return {"object": "list", "data": made, **_ends(made), "has_more": False}


def _ends(bodies: list[Json]) -> Json:
    return {"first_id": bodies[0]["id"] if bodies else None, "last_id": bodies[-1]["id"] if bodies else None}


def _act_on_each(asked: Asked) -> Stated:
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


# ---- what there is one of


def _report(asked: Asked) -> Stated:
    return report(asked.exchange)


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
    if asked.types.binary:
        return Answered(b"", media_type=_BYTES)
    if asked.types.answer is None:
        return Answered(None)
    return asked.make(asked.body)


# The acts that remember nothing: what they answer is made up from the types.
SPECIMENS: tuple[Act, ...] = (_content, _stream, _specimen)
