"""The one object at a path: settings that are read, changed and put back to their defaults."""

from __future__ import annotations

from ...pipeline.results import Result
from ...wire.protocol.call import Json
from .request import FallbackRequest

_KEY = ""  # of the only object of the collection


def _settings(request: FallbackRequest) -> Json:
    """The fields that requests have set."""
    record = request.collection(request.method.path).records.find(_KEY)
    return record.body if record else {}


def retrieve(request: FallbackRequest) -> Result:
    """`GET …`: the fields that are set, in the smallest answer that the type allows."""
    return request.example(_settings(request))


def update(request: FallbackRequest) -> Result:
    """`POST …`: the same, after the request's fields are merged into those that are set."""
    body = {**_settings(request), **request.body}
    request.collection(request.method.path).add(body, None, key=_KEY)
    return request.example(body)


def delete(request: FallbackRequest) -> Result:
    """`DELETE …`: {`deleted`: true} in the answer's type; nothing is set any more."""
    request.collection(request.method.path).records.discard(_KEY)
    return request.example({"deleted": True})
