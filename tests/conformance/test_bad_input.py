"""Bad input to every operation of the catalogue: the API's envelope with a status of 400 or 404, and never a 5xx."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.endpoints import discover
from pytest_fakeopenai.sdk import params
from pytest_fakeopenai.sdk.catalogue import Method, anonymous, catalogue
from pytest_fakeopenai.sdk.signature import signature
from pytest_fakeopenai.wire.contract.shapes import Object, Shape

from ..families import check
from ..server.peers import connected
from .samples import arguments

METHODS = {method.name: method for method in catalogue()}
WITH_BODY = {name: method for name, method in METHODS.items() if signature(method).body is not None}
# Every name is a model.
WITH_ID = {
    name: method
    for name, method in METHODS.items()
    if method.is_item and catalogue().at("GET", method.path) and not name.startswith("models.")
}
# Those with a module of their own may have words of their own.
OWN = {(each.method, anonymous(each.path.replace(":path", ""))) for each in discover()}
pytestmark = pytest.mark.filterwarnings("ignore::pytest_fakeopenai.FakeOpenAIWarning")
VALUES: tuple[object, ...] = (17, 1.5, True, "x", [[]], {"a": {"b": None}}, None)
EDGE = "multipart/form-data; boundary=edge"


def send(fake: FakeOpenAI, method: Method, body: bytes, media: str = "application/json") -> tuple[int, Any]:
    """A request to an operation, every id in its path being `stranger`: its status, and the error of its answer."""
    path = method.path.format_map(dict.fromkeys(method.parameters, "stranger"))
    headers = {"content-type": media, "authorization": "Bearer any", "openai-beta": "assistants=v2"}
    with connected(fake.base_url) as connection:
        connection.request(method.verb, urlsplit(fake.base_url).path + path, body, headers)
        response = connection.getresponse()
        return response.status, error_of(response)


def error_of(response: http.client.HTTPResponse) -> Any:
    """The error of an answer; what is not an error may be anything."""
    data = response.read()
    if response.status < 400:
        return None
    error = json.loads(data)["error"]
    assert {"message", "type", "param", "code"} <= error.keys()
    assert isinstance(error["message"], str)
    return error


def is_own(method: Method) -> bool:
    """Whether an operation has a module of its own."""
    return (method.verb, anonymous(method.path)) in OWN


def required(method: Method) -> list[tuple[str, Shape]]:
    """The fields that a body must have."""
    shape = check(method.name).shape
    if not isinstance(shape, Object):
        return []
    return [(name, each) for name, each in shape.fields.items() if name in shape.required]


@pytest.mark.fake_openai(assume_exists=True)
@pytest.mark.parametrize("method", WITH_BODY.values(), ids=WITH_BODY)
def test_refuses_a_body_that_cannot_be_read(fake_openai: FakeOpenAI, method: Method) -> None:
    for body in (b"{", b"[1]", b'"text"', b"\xff\x00", b"null"):
        status, error = send(fake_openai, method, body)
        assert (status, error["type"]) == (400, "invalid_request_error"), body
    assert send(fake_openai, method, b"no form", EDGE)[0] in ((400,) if not signature(method).multipart else (400, 413))


@pytest.mark.fake_openai(assume_exists=True)
@pytest.mark.parametrize("method", WITH_BODY.values(), ids=WITH_BODY)
def test_refuses_a_body_without_what_it_needs(fake_openai: FakeOpenAI, method: Method) -> None:
    status, error = send(fake_openai, method, b"{}")
    missing = [name for name, _ in required(method)]
    if not missing:
        assert status < 500
    elif is_own(method):
        assert status in (400, 404) or not params.is_current()  # of an older SDK's types the API may need less
    else:
        assert (status, error["param"], error["code"]) == (400, missing[0], "missing_required_parameter")


@pytest.mark.fake_openai(assume_exists=True)
@pytest.mark.parametrize("method", WITH_BODY.values(), ids=WITH_BODY)
def test_refuses_values_of_another_type(fake_openai: FakeOpenAI, method: Method) -> None:
    for name, shape in required(method):
        for value in VALUES:
            violations = [each for each in check(method.name).violations({name: value}) if each.grade == "known"]
            status, _ = send(fake_openai, method, json.dumps({name: value}).encode())
            assert status < 500
            assert status == 400 or not violations or type(shape) is Shape or is_own(method)


DESCRIBED = {
    name: method for name, method in WITH_BODY.items() if "metadata" in getattr(check(name).shape, "fields", ())
}


@pytest.mark.fake_openai(assume_exists=True)
@pytest.mark.parametrize("method", DESCRIBED.values(), ids=DESCRIBED)
def test_refuses_too_much_metadata(fake_openai: FakeOpenAI, method: Method) -> None:
    body = {**arguments(method), "metadata": {str(number): "v" for number in range(17)}}
    status, error = send(fake_openai, method, json.dumps(body, default=str).encode())
    assert (status, error["type"]) == (400, "invalid_request_error")


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_answers_any_request(fake_openai: FakeOpenAI, method: Method) -> None:
    deep = b'{"a":' * 500 + b"1" + b"}" * 500
    for body in (b"", b"{}", b"[]", b"\xff", deep, b'{"id":1e400}', b'{"file":"x","input":null,"n":-1}'):
        assert send(fake_openai, method, body)[0] < 500
    form = b'--edge\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\n\x00\xff\r\n--edge--\r\n'
    assert send(fake_openai, method, form, EDGE)[0] < 500


@pytest.mark.parametrize("method", WITH_ID.values(), ids=WITH_ID)
def test_knows_no_stranger(fake_openai: FakeOpenAI, method: Method) -> None:
    body = {name: "x" for name, _ in required(method)} if method.verb == "POST" else {}
    status, error = send(fake_openai, method, json.dumps(body).encode())
    assert (status, error["type"]) in ((404, "invalid_request_error"), (400, "invalid_request_error"))
    assert status == 404 or method.verb == "POST" or "begins with" in error["message"]
