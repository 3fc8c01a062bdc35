"""The operations without a module of their own: what each kind of them does, and what a rule says in their place."""

from __future__ import annotations

import http.client
import time
from typing import Any
from urllib.parse import urlsplit

import openai
import pytest

from pytest_fakeopenai import ApiError, Delay, Disconnect, FakeOpenAI, RateLimit, Reply, create_app
from pytest_fakeopenai.endpoints import discover
from pytest_fakeopenai.endpoints._fallback.request import without_files
from pytest_fakeopenai.endpoints._fallback.route import handler_of
from pytest_fakeopenai.pipeline.forms import Upload
from pytest_fakeopenai.pipeline.operate import operate
from pytest_fakeopenai.pipeline.operation import Operation
from pytest_fakeopenai.pipeline.results import EventStream, Response, Result
from pytest_fakeopenai.sdk.catalogue import Method, anonymous, catalogue

from ...families import SURFACES
from ...server.peers import connected, fetch, serving
from .._requests import Answer, error, send

METHODS = {method.name: method for method in catalogue()}
OWN = {(each.method, anonymous(each.path.replace(":path", ""))): each.endpoint for each in discover()}
ENDPOINTS = {OWN.get((each.verb, anonymous(each.path)), name): each for name, each in METHODS.items()}
SCRIPTABLE = {name: each for name, each in ENDPOINTS.items() if name not in SURFACES}
every_endpoint = pytest.mark.parametrize("endpoint", SCRIPTABLE)
current = pytest.mark.skipif(
    int(openai.__version__.partition(".")[0]) < 3, reason="this SDK knows no administration and no agents"
)


def request(fake: FakeOpenAI, method: Method) -> Answer:
    """The answer to a request to an operation, every id in its path being `x`."""
    path = method.path.format_map(dict.fromkeys(method.parameters, "x"))
    headers = {"authorization": "Bearer any", "openai-beta": "assistants=v2", "content-type": "application/json"}
    with connected(fake.base_url) as connection:
        connection.request(method.verb, urlsplit(fake.base_url).path + path, b"{}", headers)
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())


def post(fake: FakeOpenAI, path: str, body: Any = None) -> Any:
    """The answer to a POST, which must be a success."""
    answer = send(fake, "POST", f"/v1/{path}", body or {})
    assert 200 <= answer.status < 300, answer.body
    return answer.json


def get(fake: FakeOpenAI, path: str) -> Any:
    """The answer to a GET, which must be a success."""
    answer = send(fake, "GET", f"/v1/{path}")
    assert answer.status == 200, answer.body
    return answer.json


# ---- rules


@every_endpoint
def test_says_what_a_rule_says(fake_openai: FakeOpenAI, endpoint: str) -> None:
    fake_openai.when(endpoint=endpoint).script(
        Reply({"a": [1]}, unchecked=True), ApiError(418, "No.", code="teapot"), RateLimit()
    )
    answers = [request(fake_openai, SCRIPTABLE[endpoint]) for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 418, 429]
    assert answers[0].json == {"a": [1]}
    assert [answer.json["error"]["code"] for answer in answers[1:]] == ["teapot", "rate_limit_exceeded"]
    assert [each.endpoint for each in fake_openai.requests] == [endpoint] * 3


@every_endpoint
def test_hangs_up_where_a_rule_says_so(fake_openai: FakeOpenAI, endpoint: str) -> None:
    fake_openai.when(endpoint=endpoint).always(Disconnect())
    with pytest.raises(http.client.RemoteDisconnected):
        request(fake_openai, SCRIPTABLE[endpoint])
    assert fake_openai.requests.only.endpoint == endpoint


def test_waits_where_a_rule_says_so(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(endpoint="vector_stores.retrieve").always(Reply(Delay(0.05), {"id": "vs_slow"}, unchecked=True))
    began = time.monotonic()
    assert fake_openai.client.vector_stores.retrieve("vs_1").id == "vs_slow"
    assert time.monotonic() - began >= 0.05


def test_refuses_a_rule_that_says_no_json(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(endpoint="vector_stores.retrieve").always("Hello")
    answer = send(fake_openai, "GET", "/v1/vector_stores/vs_1")
    assert (answer.status, answer.json["error"]["code"]) == (400, "unfit_reply")
    with pytest.raises(AssertionError, match="is not JSON, which"):
        fake_openai.check()
    fake_openai.reset()


# ---- memory


@current
def test_merges_what_an_update_gives(fake_openai: FakeOpenAI) -> None:
    created = post(fake_openai, "agents", {"name": "a", "model": "gpt-5", "metadata": {"k": "v", "l": "w"}})
    path = f"agents/{created['id']}"
    changed = post(fake_openai, path, {"metadata": {"k": "x"}})
    assert changed == {**created, "metadata": {"k": "x"}}
    assert get(fake_openai, path) == changed
    assert post(fake_openai, path, {"model": "gpt-4o"}) == {**changed, "model": "gpt-4o"}


@current
@pytest.mark.fake_openai(validation="off")
def test_takes_of_an_update_what_fits(fake_openai: FakeOpenAI) -> None:
    created = post(fake_openai, "organization/projects", {"name": "a"})
    changes = {"id": "proj_x", "object": "other", "status": "gone", "name": "b", "colour": "red"}
    changed = post(fake_openai, f"organization/projects/{created['id']}", changes)
    assert {**changed, "status": None} == {**created, "name": "b", "status": None}


def test_asks_for_what_its_path_goes_through(fake_openai: FakeOpenAI) -> None:
    answer = send(fake_openai, "GET", "/v1/vector_stores/vs_x/files")
    assert (answer.status, answer.json["error"]["type"]) == (404, "invalid_request_error")
    assert "vs_x" in answer.json["error"]["message"]


@current
@pytest.mark.parametrize(
    ("path", "body", "acts"),
    [
        ("organization/projects", {"name": "p"}, [("archive", "archived")]),
        (
            "agents/automations",
            {"name": "a", "prompt": "Hi", "session_id": "s", "schedule": {"type": "cron"}},
            [("pause", "paused"), ("resume", "active")],
        ),
        ("chatkit/sessions", {"user": "u", "workflow": {"id": "w"}}, [("cancel", "cancelled")]),
    ],
)
@pytest.mark.fake_openai(validation="off")
def test_acts_on_an_object(fake_openai: FakeOpenAI, path: str, body: Any, acts: list[tuple[str, str]]) -> None:
    created = post(fake_openai, path, body)
    for act, status in acts:
        acted = post(fake_openai, f"{path}/{created['id']}/{act}")
        assert (acted["status"], acted["id"], acted["object"]) == (status, created["id"], created["object"])
        assert post(fake_openai, f"{path}/{created['id']}/{act}")["status"] == status
    assert send(fake_openai, "POST", f"/v1/{path}/x/{acts[0][0]}", {}).status == 404


@current
def test_remembers_what_there_is_one_of(fake_openai: FakeOpenAI) -> None:
    path = "organization/spend_limit"
    unset = get(fake_openai, path)
    limit = {"currency": "USD", "interval": "month", "threshold_amount": 5000}
    settings = post(fake_openai, path, limit)
    assert limit.items() <= settings.items()
    assert get(fake_openai, path) == settings
    gone = send(fake_openai, "DELETE", f"/v1/{path}")
    assert (gone.status, gone.json["deleted"]) == (200, True)
    assert get(fake_openai, path) == unset
    assert send(fake_openai, "DELETE", f"/v1/{path}").status == 200


@current
def test_creates_as_many_as_there_are_ids(fake_openai: FakeOpenAI) -> None:
    path = "fine_tuning/checkpoints/ft:x/permissions"
    page = post(fake_openai, path, {"project_ids": ["proj_1", "proj_2"]})
    assert [each["project_id"] for each in page["data"]] == ["proj_1", "proj_2"]
    assert (page["first_id"], page["last_id"], page["has_more"]) == (
        page["data"][0]["id"],
        page["data"][1]["id"],
        False,
    )
    assert [each["id"] for each in get(fake_openai, f"{path}?order=ascending")["data"]] == [
        each["id"] for each in page["data"]
    ]
    assert get(fake_openai, f"{path}?project_id=proj_2")["data"] == page["data"][1:]


# ---- what is not remembered


@current
@pytest.mark.fake_openai(assume_exists=True)
@pytest.mark.parametrize("path", ["agents/sessions/s/artifacts/a/content", "live/sessions/s/content"])
def test_has_no_bytes(fake_openai: FakeOpenAI, path: str) -> None:
    answer = send(fake_openai, "GET", f"/v1/{path}")
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, b"", "application/octet-stream")


@current
def test_answers_nothing_where_the_client_drops_it(fake_openai: FakeOpenAI) -> None:
    answer = send(fake_openai, "POST", "/v1/live/sessions/s/hangup", {})
    assert (answer.status, answer.body) == (200, b"")
    fake_openai.client.realtime.calls.hangup("rtc_1")
    assert fake_openai.requests[-1].endpoint == "realtime.calls.hangup"


@current
@pytest.mark.fake_openai(assume_exists=True)
def test_makes_up_what_is_no_object_of_a_collection(fake_openai: FakeOpenAI) -> None:
    path = "organization/projects/p/service_accounts/s/api_keys"
    created = post(fake_openai, path, {"name": "k"})
    assert (created["name"], created["id"] != "") == ("k", True)
    assert send(fake_openai, "GET", f"/v1/{path}").status == 405


def test_repeats_no_file() -> None:
    file = Upload("x", "text/plain", b"\xff")
    assert without_files({"a": file, "b": [file, {"c": file, "d": 1}], "e": "x"}) == {"b": [{"d": 1}], "e": "x"}


@current
def test_tells_a_stream_by_its_types() -> None:
    assert handler_of(METHODS["agents.sessions.events.stream"]).__name__ == "stream"


# ---- other URLs


@pytest.mark.parametrize(
    ("verb", "path", "status"),
    [
        ("PUT", "files", 405),
        ("PATCH", "files/file-x", 405),
        ("POST", "files/file-x/content", 405),
        ("GET", "batches/b/cancel", 405),
        ("GET", "files/", 404),
        ("GET", "files//content", 404),
        ("GET", "batches/b/nothing", 404),
        ("POST", "nothing/x/cancel", 404),
    ],
)
def test_knows_no_other_verbs_and_paths(fake_openai: FakeOpenAI, verb: str, path: str, status: int) -> None:
    answer = send(fake_openai, verb, f"/v1/{path}")
    bodies = {
        404: error(f"Invalid URL ({verb} /v1/{path})"),
        405: error(f"Not allowed to {verb} on /v1/{path}.", code="method_not_supported"),
    }
    assert (answer.status, answer.json) == (status, bodies[status])
    assert fake_openai.requests.only.endpoint == ""


# ---- a server that follows the SDK's types

FILE = {"id": "file-1", "bytes": "12", "colour": "red", "status": "gone"}


@pytest.mark.parametrize(
    ("endpoint", "result"),
    [
        ("files.retrieve", FILE),
        ("files.retrieve", Response(FILE, 201)),
        ("files.list", {"object": "list", "data": [FILE]}),
    ],
)
@pytest.mark.parametrize("assume_exists", [False, True])
def test_follows_the_types_where_ids_are_assumed(endpoint: str, result: Any, assume_exists: bool) -> None:
    odd = Operation("GET", "/odd", endpoint, operate(lambda context: result))
    with serving(create_app(assume_exists=assume_exists, routes=[odd])) as url:
        answer = fetch(url, "/v1/odd")
    body = answer.json["data"][0] if endpoint == "files.list" else answer.json
    assert answer.status == (201 if isinstance(result, Response) else 200)
    assert (body["id"], body["colour"]) == ("file-1", "red")
    if assume_exists:
        assert (body["object"], body["bytes"], body["status"]) == ("file", 12, "processed")
    else:
        assert body == FILE


@pytest.mark.parametrize(
    ("endpoint", "result", "body"),
    [
        ("files.content", Response(b"\xff", media_type="application/octet-stream"), "\\ufffd"),
        ("nobody.knows", {"a": 1}, '{\n  "a": 1\n}'),
        ("files.retrieve", EventStream([{"type": "x"}]), 'event: x\ndata: {"type":"x"}\n\n'),
    ],
)
def test_leaves_alone_what_has_no_type(endpoint: str, result: Result, body: str) -> None:
    odd = Operation("GET", "/odd", endpoint, operate(lambda context: result))
    with serving(create_app(assume_exists=True, routes=[odd])) as url, connected(url) as connection:
        connection.request("GET", "/v1/odd")
        assert connection.getresponse().read().decode(errors="replace") == body.replace("\\ufffd", "\ufffd")
