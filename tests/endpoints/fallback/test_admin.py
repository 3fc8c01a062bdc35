"""Administration: what the generic memory makes of lists, actions, assignments, deletions and reports."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI

from .._requests import error, send

pytestmark = pytest.mark.skipif(
    int(openai.__version__.partition(".")[0]) < 3, reason="this SDK knows no administration"
)

DAY = 86_400
NOON = 20_000 * DAY + DAY // 2


def post(fake: FakeOpenAI, path: str, body: Any = None) -> Any:
    """The answer to a POST, which must be a success."""
    answer = send(fake, "POST", f"/v1/{path}", body or {})
    assert answer.status == 200, answer.body
    return answer.json


def get(fake: FakeOpenAI, path: str) -> Any:
    """The answer to a GET, which must be a success."""
    answer = send(fake, "GET", f"/v1/{path}")
    assert answer.status == 200, answer.body
    return answer.json


def delete(fake: FakeOpenAI, path: str) -> Any:
    """The answer to a DELETE, which must be a success."""
    answer = send(fake, "DELETE", f"/v1/{path}")
    assert answer.status == 200, answer.body
    return answer.json


def spans(page: Any) -> list[tuple[int, int]]:
    """The spans of time of a report's buckets."""
    return [(bucket["start_time"], bucket["end_time"]) for bucket in page["data"]]


# ---- reports


@pytest.mark.parametrize("kind", ["usage/completions", "usage/images", "usage/vector_stores", "costs"])
def test_reports_the_days_asked_for(fake_openai: FakeOpenAI, kind: str) -> None:
    page = get(fake_openai, f"organization/{kind}?start_time={NOON}&end_time={NOON + 2 * DAY}")
    assert list(page) == ["object", "data", "has_more", "next_page"]
    assert (page["object"], page["has_more"], page["next_page"]) == ("page", False, None)
    midnight = NOON + DAY // 2
    assert spans(page) == [(NOON, midnight), (midnight, midnight + DAY), (midnight + DAY, NOON + 2 * DAY)]
    assert {(bucket["object"], *bucket["results"]) for bucket in page["data"]} == {("bucket",)}


@pytest.mark.parametrize(
    ("query", "count", "length"),
    [
        ("", 7, DAY),
        ("&limit=31", 31, DAY),
        ("&bucket_width=1d", 7, DAY),
        ("&bucket_width=1h", 24, 3600),
        ("&bucket_width=1m", 60, 60),
        ("&bucket_width=1m&limit=1440", 1440, 60),
    ],
)
def test_fills_a_page_where_no_end_is_asked_for(fake_openai: FakeOpenAI, query: str, count: int, length: int) -> None:
    page = get(fake_openai, f"organization/usage/embeddings?start_time={20_000 * DAY}{query}")
    buckets = spans(page)
    assert len(buckets) == count
    assert {end - start for start, end in buckets} == {length}
    assert page["has_more"] is False


def test_turns_the_pages_of_a_report(fake_openai: FakeOpenAI) -> None:
    path = f"organization/costs?start_time={20_000 * DAY}&end_time={20_010 * DAY}&limit=4"
    page, buckets = get(fake_openai, path), []
    buckets += spans(page)
    while page["has_more"]:
        page = get(fake_openai, f"{path}&page={page['next_page']}")
        buckets += spans(page)
    assert buckets == [(day * DAY, (day + 1) * DAY) for day in range(20_000, 20_010)]


def test_reports_to_the_official_client(fake_openai: FakeOpenAI) -> None:
    page = fake_openai.client.admin.organization.usage.completions(start_time=NOON, group_by=["model"])
    assert (page.object, len(page.data), page.data[0].object) == ("page", 7, "bucket")
    assert fake_openai.client.admin.organization.usage.costs(start_time=NOON).data[0].results == []


@pytest.mark.parametrize(
    ("query", "param", "code"),
    [
        ("", "start_time", "missing_required_parameter"),
        ("start_time=soon", "start_time", "invalid_type"),
        ("start_time=1&end_time=x", "end_time", "invalid_type"),
        ("start_time=1&bucket_width=1w", "bucket_width", "invalid_value"),
        ("start_time=1&limit=32", "limit", "integer_above_max_value"),
        ("start_time=1&limit=0", "limit", "integer_below_min_value"),
        ("start_time=1&bucket_width=1h&limit=169", "limit", "integer_above_max_value"),
        ("start_time=1&page=x", "page", None),
        ("start_time=1&page=page_99999999999999999", "page", None),
    ],
)
def test_refuses_what_cannot_be_reported(fake_openai: FakeOpenAI, query: str, param: str, code: str | None) -> None:
    answer = send(fake_openai, "GET", f"/v1/organization/usage/images?{query}")
    problem = answer.json["error"]
    assert (answer.status, problem["param"], problem["code"]) == (400, param, code)


def test_reports_costs_by_the_day_alone(fake_openai: FakeOpenAI) -> None:
    answer = send(fake_openai, "GET", "/v1/organization/costs?start_time=1&bucket_width=1h")
    assert answer.json["error"]["message"] == "Invalid value: '1h'. Supported values are: '1d'."


# ---- several objects at once


@pytest.mark.parametrize("owner", ["organization", "organization/projects/{project}"])
def test_activates_certificates(fake_openai: FakeOpenAI, owner: str) -> None:
    project = post(fake_openai, "organization/projects", {"name": "p"})["id"]
    base = f"{owner.format(project=project)}/certificates"
    ids = [post(fake_openai, "organization/certificates", {"certificate": "pem", "name": n})["id"] for n in "abc"]
    activation = post(fake_openai, f"{base}/activate", {"certificate_ids": ids[:2]})
    kind = owner.replace("organization/projects/{project}", "organization.project")
    assert list(activation) == ["object", "data"]
    assert activation["object"] == f"{kind}.certificate.activation"
    assert [(each["id"], each["active"], each["object"], each["name"]) for each in activation["data"]] == [
        (ids[0], True, f"{kind}.certificate", "a"),
        (ids[1], True, f"{kind}.certificate", "b"),
    ]
    active = {each["id"]: each["active"] for each in get(fake_openai, base)["data"]}
    assert [active[key] for key in ids[:2]] == [True, True]
    gone = post(fake_openai, f"{base}/deactivate", {"certificate_ids": ids[:1]})
    assert (gone["object"], gone["data"][0]["active"]) == (f"{kind}.certificate.deactivation", False)
    answer = send(fake_openai, "POST", f"/v1/{base}/activate", {"certificate_ids": ["cert_x"]})
    assert (answer.status, answer.json) == (404, error("Not found"))


# ---- assignments


def test_assigns_a_role_that_there_is(fake_openai: FakeOpenAI) -> None:
    group = post(fake_openai, "organization/groups", {"name": "crew"})
    role = post(fake_openai, "organization/roles", {"role_name": "r", "permissions": ["read"]})
    base = f"organization/groups/{group['id']}/roles"
    assignment = post(fake_openai, base, {"role_id": role["id"]})
    assert (assignment["object"], assignment["role"]["id"], assignment["group"]["id"]) == (
        "group.role",
        role["id"],
        group["id"],
    )
    assert assignment["group"]["name"] == "crew"
    assert [each["id"] for each in get(fake_openai, base)["data"]] == [role["id"]]
    assert get(fake_openai, f"{base}/{role['id']}")["permissions"] == role["permissions"]
    assert delete(fake_openai, f"{base}/{role['id']}")["deleted"] is True
    assert send(fake_openai, "GET", f"/v1/{base}/{role['id']}").status == 404


def test_has_users_in_projects_and_groups(fake_openai: FakeOpenAI) -> None:
    project = post(fake_openai, "organization/projects", {"name": "p"})["id"]
    base = f"organization/projects/{project}/users"
    member = post(fake_openai, base, {"user_id": "user-1", "role": "member"})
    assert (member["id"], member["role"], member["object"]) == ("user-1", "member", "organization.project.user")
    assert post(fake_openai, f"{base}/user-1", {"role": "owner"})["role"] == "owner"
    assert [(each["id"], each["role"]) for each in get(fake_openai, base)["data"]] == [("user-1", "owner")]
    gone = {"object": "organization.project.user.deleted", "id": "user-1", "deleted": True}
    assert delete(fake_openai, f"{base}/user-1") == gone
    group = post(fake_openai, "organization/groups", {"name": "crew"})["id"]
    member = post(fake_openai, f"organization/groups/{group}/users", {"user_id": "user-1"})
    assert (member["user_id"], member["group_id"]) == ("user-1", group)
    listed = get(fake_openai, f"organization/groups/{group}/users")
    assert [each["id"] for each in listed["data"]] == ["user-1"]
    assert list(listed) == ["object", "data", "has_more", "next"]


# ---- lists and other differences


def test_lists_archived_projects_where_asked(fake_openai: FakeOpenAI) -> None:
    first, second = (post(fake_openai, "organization/projects", {"name": name})["id"] for name in "ab")
    assert post(fake_openai, f"organization/projects/{first}/archive")["status"] == "archived"
    listed = [
        [each["id"] for each in get(fake_openai, f"organization/projects{query}")["data"]]
        for query in ("", "?include_archived=false", "?include_archived=true")
    ]
    assert listed == [[second], [second], [second, first]]


@pytest.mark.fake_openai(validation="off")
def test_turns_pages_by_what_comes_next(fake_openai: FakeOpenAI) -> None:
    ids = [post(fake_openai, "organization/groups", {"name": str(n)})["id"] for n in range(5)]
    assert all(key.startswith("group_") for key in ids)
    assert [each.id for each in fake_openai.client.admin.organization.groups.list(limit=2)] == ids
    environment = post(fake_openai, "agents/environments", {"type": "openai_hosted"})["id"]
    for path in "abc":
        post(fake_openai, f"agents/environments/{environment}/files", {"path": path, "content": "x", "type": "inline"})
    files = fake_openai.client.beta.agents.environments.files.list(environment, limit=2, order="asc")
    assert [file.path for file in files] == ["a", "b", "c"]


def test_tells_secrets_when_they_are_made(fake_openai: FakeOpenAI) -> None:
    created = post(fake_openai, "organization/admin_api_keys", {"name": "k"})
    assert created["value"].startswith("sk-")
    assert "value" not in get(fake_openai, f"organization/admin_api_keys/{created['id']}")
    assert post(fake_openai, "organization/invites", {"email": "a@b.c", "role": "reader"})["status"] == "pending"


@pytest.mark.fake_openai(validation="off")
def test_answers_a_deletion_with_what_was_deleted_where_the_type_is_that(fake_openai: FakeOpenAI) -> None:
    kept = fake_openai.client.admin.organization.external_keys
    created = post(fake_openai, "organization/external_keys", {"type": "aws", "name": "n", "purpose": "x"})
    assert kept.delete(created["id"]).to_dict() == created
