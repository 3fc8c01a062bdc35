"""No request that is sent in earnest is refused, or warned of: blocking and streamed, with the SDK of any release."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.sdk import params
from pytest_fakeopenai.sdk.catalogue import catalogue
from pytest_fakeopenai.wire.contract.shapes import Object

from .. import plain
from ..families import check

Json = dict[str, Any]

FOLDER = Path(__file__).parent
GENERATING = ("/chat/completions", "/responses", "/completions")
BETA = {"openai-beta": "assistants=v2"}


def requests(marked: bool) -> Iterator[Any]:
    """Every request of the corpus, or those whose values are placeholders."""
    for path in sorted(FOLDER.rglob("*.json")):
        for number, request in enumerate(json.loads(path.read_text(encoding="utf-8"))):
            if ("refused" in request) is marked:
                route = request["path"].removeprefix("/v1")
                yield pytest.param({**request, "path": route}, id=f"{path.stem}-{number}-{route}")


EARNEST = [*requests(marked=False)]
GENERATED = [each for each in EARNEST if each.values[0]["path"] in GENERATING]


def send(fake: FakeOpenAI, request: Json, **changes: Any) -> tuple[int, str]:
    """The status and the text of the answer to a request with a few fields changed."""
    body = {**(request.get("body") or {}), **changes}
    headers = {"content-type": "application/json", "authorization": "Bearer any", **BETA}
    connection = plain.connection(fake.base_url)
    try:
        path = urlsplit(fake.base_url).path + request["path"]
        connection.request(request["method"], path, json.dumps(body).encode(), headers)
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace")
    finally:
        connection.close()


def is_newer(request: Json) -> bool:
    """Whether a request is newer than the installed SDK, which alone tells what most endpoints take."""
    method = catalogue().find(request["method"], request["path"])
    if method is None:
        return True
    shape = check(method[0].name).shape
    return isinstance(shape, Object) and not request["body"].keys() <= shape.fields.keys()


@pytest.mark.fake_openai(assume_exists=True)
@pytest.mark.parametrize("request_", EARNEST)
def test_takes_what_is_sent_in_earnest(fake_openai: FakeOpenAI, request_: Json) -> None:
    if request_["path"] not in GENERATING and is_newer(request_):
        pytest.skip("the installed SDK does not know this request")

    status, answer = send(fake_openai, request_)

    assert status < 300, answer


@pytest.mark.fake_openai(assume_exists=True)
@pytest.mark.parametrize("request_", GENERATED)
def test_takes_it_blocking_and_streamed(fake_openai: FakeOpenAI, request_: Json) -> None:
    body = {name: value for name, value in request_["body"].items() if name not in ("stream", "stream_options")}

    statuses = [send(fake_openai, {**request_, "body": body}, stream=stream)[0] for stream in (False, True, None)]

    assert statuses == [200, 200, 200]


@pytest.mark.skipif(not params.is_current(), reason="an older SDK says little of what is refused")
@pytest.mark.fake_openai(assume_exists=True)
@pytest.mark.parametrize("request_", [*requests(marked=True)])
def test_refuses_what_holds_but_placeholders(fake_openai: FakeOpenAI, request_: Json) -> None:
    status, answer = send(fake_openai, request_)

    assert status == 400
    assert request_["refused"] in answer
