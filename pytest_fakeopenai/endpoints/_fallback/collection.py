"""The objects of one collection: created, listed, retrieved, changed, deleted, acted on."""

from __future__ import annotations

from ...pipeline.collections import new_id
from ...pipeline.results import Response, Result
from ...sdk.catalogue import catalogue
from ...sdk.signature import signature
from ...state.pages import Page
from ...state.store import Record
from ...wire.protocol.call import Json
from .filters import Filter
from .relations import item_id_field, noun_of, related
from .request import Creation, FallbackRequest

# The status that an object has after an action; of several, the first that its type knows.
_STATUS_AFTER = {
    "cancel": ("cancelled", "canceled"),
    "archive": ("archived",),
    "pause": ("paused",),
    "resume": ("active", "running"),
}


def create(request: FallbackRequest) -> Result:
    """`POST …`: an object of the answer's type, stored under its id, or under that of the object which it assigns."""
    template = request.method.path
    assigned = request.body.get(item_id_field(template))
    named = {"id": assigned} if isinstance(assigned, str) else {}
    body = request.example({**related(request), **request.body, **named})
    objects = request.collection(template)
    key = body.get("id") or named.get("id") or new_id(request.context)(noun_of(template))
    objects.add(body, Creation(request.body), key=key)
    return Response(body, status=objects.facts.created)


def list_objects(request: FallbackRequest) -> Result:
    """`GET …`: a page of the objects that the query asks for, in the envelope of the SDK's class of pages."""
    objects = request.collection(request.method.path)
    bodies = [_with_id(key, _shown(request, record, key)) for key, record in objects.records.items()]
    page = objects.page(filter(Filter.of(request.context.record.query).passes, bodies))
    return _envelope(page, request.types.page, names_ends=objects.facts.ends)


def _with_id(key: str, body: Json) -> Json:
    return body if "id" in body else {"id": key, **body}


def _envelope(page: Page, kind: str, *, names_ends: bool) -> Json:
    """A list object: `data`, and what each class of pages in the SDK finds the next page by."""
    if kind == "Page":
        return {"object": "list", "data": page.data}
    if kind in ("NextCursorPage", "TokenPage"):
        last = page.data[-1]["id"] if page.has_more else None
        return {"object": "list", "data": page.data, "has_more": page.has_more, "next": last}
    body = page.body()
    return body if names_ends else {name: body[name] for name in ("object", "data", "has_more")}


def retrieve(request: FallbackRequest) -> Result:
    """`GET …/{id}`: the object; the API's 404 where there is none, here and below."""
    return _shown(request, _record(request), _key(request))


def update(request: FallbackRequest) -> Result:
    """`POST …/{id}`: the object, with the request's fields that its type has, except the id."""
    record = _record(request)
    body = request.example({**record.body, **request.body})
    record.body = {**record.body, **{name: body[name] for name in request.body if name in body and name != "id"}}
    return _shown(request, record, _key(request))


def delete(request: FallbackRequest) -> Result:
    """`DELETE …/{id}`: {`id`, `object`: `….deleted`, `deleted`}, or the deleted object where the type is that."""
    key = _key(request)
    body = request.collection(_template(request)).delete(key).body
    deleted = f"{body.get('object', 'object')}.deleted"
    if request.types.answer is None:
        return {"id": key, "object": deleted, "deleted": True}
    retrieval = catalogue().at("GET", request.method.path)
    if retrieval is not None and signature(retrieval).answer == request.types.answer:
        return body
    answer = request.example({**body, "object": "", "id": key, "deleted": True})
    return answer if answer.get("object") else {**answer, "object": deleted}


def act(request: FallbackRequest) -> Result:
    """`POST …/{id}/cancel`: the object, with the status that the action leads to and the time at which it came."""
    *collection, placeholder, action = request.method.path.split("/")
    record = request.collection("/".join(collection)).get(request.context.path[placeholder[1:-1]])
    for status in _STATUS_AFTER.get(action, ()):
        ended = {"status": status, f"{status}_at": request.context.world.ids.now()}
        body = request.example({**record.body, **request.body, **ended})
        if body.get("status") == status:
            record.body = {**record.body, **body}
            break
    return record.body


def _template(request: FallbackRequest) -> str:
    """The path of the collection that the request's path belongs to: without the placeholder of an item's."""
    path = request.method.path
    return path.rpartition("/")[0] if request.method.is_item else path


def _key(request: FallbackRequest) -> str:
    return request.context.path[request.method.parameters[-1]]


def _record(request: FallbackRequest) -> Record[object]:
    return request.collection(_template(request)).get(_key(request))


def _shown(request: FallbackRequest, record: Record[object], key: str) -> Json:
    """A stored object in the type of this operation's answer.

    It is as stored, unless it was made from types and its creation answers with another type: then it is made again
    from all that is known of it.
    """
    creation = record.data if isinstance(record.data, Creation) else None
    if creation is None and not record.assumed:
        return record.body
    method = catalogue().at("POST", _template(request))
    if method is None or signature(method).answer == request.types.answer:
        return record.body
    within = (each for each in record.body.values() if isinstance(each, dict) and each.get("id") == key)
    return request.example({"id": key, **next(within, {}), **(creation.request if creation else {}), **record.body})
