"""The nouns that the operations without a module of their own need: those of the SDK, and those of a newer one."""

from __future__ import annotations

import re
from typing import Any

import openai
import pytest
from typing_extensions import get_type_hints

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.endpoints._fallback import bulk, collection
from pytest_fakeopenai.endpoints._fallback.relations import item_id_field, item_method, noun_of
from pytest_fakeopenai.endpoints._fallback.route import handler_of
from pytest_fakeopenai.sdk.catalogue import Method, catalogue
from pytest_fakeopenai.sdk.signature import signature
from pytest_fakeopenai.wire.nouns import ID_LISTS, NOUNS, id_field

from ...docs import coverage
from .._requests import send

current = pytest.mark.skipif(int(openai.__version__.partition(".")[0]) < 3, reason="this SDK knows no administration")

RELEASE = coverage.PAGE.read_text(encoding="utf-8").partition(coverage.VERSION)[2].partition(";")[0]
STORING = (collection.create, collection.list_objects, bulk.create)
# Placeholders of the SDK that do not begin with what the object is called.
ABBREVIATED = {"/organization/admin_api_keys": "key_id", "/safety/alerts": "id", "/safety/cases": "id"}
ABBREVIATED |= {"/fine_tuning/checkpoints": "fine_tuned_model_checkpoint", "/skills/{skill_id}/versions": "version"}
ABBREVIATED |= {"/models": "model"}


def collections() -> list[str]:
    """The paths of the collections that the SDK's operations create objects in, or go through."""
    created = {method.path for method in catalogue() if handler_of(method) in STORING and not is_empty(method)}
    items = {"/".join(steps[:end]) for steps in map(split, catalogue()) for end in places(steps)}
    return sorted(created | items)


def is_empty(method: Method) -> bool:
    """Whether a list has objects that nothing creates and no path names: events, reports."""
    return handler_of(method) is collection.list_objects and item_method(method.path) is None


def split(method: Method) -> list[str]:
    """The segments of a method's path."""
    return method.path.split("/")


def places(steps: list[str]) -> list[int]:
    """Where among the segments of a path the placeholders stand."""
    return [place for place, step in enumerate(steps) if step.startswith("{")]


def covered_segments() -> set[str]:
    """The segments of the paths on the page of what is covered, whose release of the SDK the nouns are held against."""
    return set(re.findall(r"/(\w+)(?=[/`])", coverage.PAGE.read_text(encoding="utf-8")))


@pytest.mark.parametrize("template", collections())
def test_knows_what_the_objects_of_the_sdk_are_called(template: str) -> None:
    segment = template.rpartition("/")[2]
    if segment not in covered_segments():
        pytest.skip(f"only a newer SDK has {template}: its objects are called by their placeholders")
    noun = NOUNS[segment]
    assert noun_of(template) == noun
    if item_method(template) is not None:
        assert item_id_field(template) == ABBREVIATED.get(template, id_field(noun))


def test_has_no_noun_that_no_operation_needs() -> None:
    assert set(NOUNS) <= covered_segments()


@pytest.mark.skipif(openai.__version__ != RELEASE, reason="the lists are held against the release that is covered")
def test_knows_the_lists_of_ids_of_the_sdk() -> None:
    bodies = [signature(method).body for method in catalogue() if handler_of(method) in (bulk.create, bulk.act)]
    names = {name for body in bodies for name in get_type_hints(body) if name.endswith("_ids")}
    assert names <= set(ID_LISTS)


@pytest.mark.parametrize(
    ("template", "noun", "field"),
    [
        ("/files", "file", "file_id"),
        ("/models", "model", "model"),
        ("/widgets", "widgets", "widgets_id"),
        ("/organization/groups/{group_id}/addresses", "addresses", "addresses_id"),
    ],
)
def test_calls_the_objects_of_an_unknown_collection_by_its_path(template: str, noun: str, field: str) -> None:
    assert (noun_of(template), item_id_field(template)) == (noun, field)


# ---- collections and lists of ids that only a newer SDK has


@pytest.fixture
def without_nouns(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release that knows none of the SDK's nouns."""
    monkeypatch.setattr("pytest_fakeopenai.wire.nouns.NOUNS", {})
    monkeypatch.setattr("pytest_fakeopenai.endpoints._fallback.relations.NOUNS", {})
    monkeypatch.setattr("pytest_fakeopenai.endpoints._fallback.bulk.ID_LISTS", {})


def post(fake: FakeOpenAI, path: str, body: Any) -> Any:
    """The answer to a POST, which must be a success."""
    answer = send(fake, "POST", f"/v1/{path}", body)
    assert answer.status == 200, answer.body
    return answer.json


@current
@pytest.mark.usefixtures("without_nouns")
def test_calls_objects_by_their_placeholder_where_the_noun_is_unknown(fake_openai: FakeOpenAI) -> None:
    group = post(fake_openai, "organization/groups", {"name": "crew"})["id"]
    role = post(fake_openai, "organization/roles", {"role_name": "r", "permissions": ["read"]})["id"]
    assigned = post(fake_openai, f"organization/groups/{group}/roles", {"role_id": role})
    assert (assigned["role"]["id"], assigned["role"]["permissions"]) == (role, ["read"])
    assert assigned["group"]["name"] == "crew"


@current
@pytest.mark.usefixtures("without_nouns")
def test_creates_an_object_for_each_of_an_unknown_list_of_ids(fake_openai: FakeOpenAI) -> None:
    page = post(fake_openai, "fine_tuning/checkpoints/ft:x/permissions", {"project_ids": ["proj_1", "proj_2"]})
    assert [each["id"] for each in page["data"]] == ["proj_1", "proj_2"]
