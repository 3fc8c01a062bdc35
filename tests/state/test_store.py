"""The store: objects by id, and the pages in which the API lists them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakeopenai.state.store import Collection, Page, Record, paginate

from ..properties import unhurried


def missing(key: str) -> Exception:
    return KeyError(f"no {key}")


def items(*keys: str) -> list[dict[str, Any]]:
    return [{"id": key} for key in keys]


def collection(*keys: str, limit: int | None = None) -> Collection:
    collection = Collection(missing, limit)
    for key in keys:
        collection.put(Record({"id": key}))
    return collection


def test_keeps_objects_in_the_order_in_which_they_were_made() -> None:
    assert collection("b", "a", "c").bodies() == items("b", "a", "c")


def test_finds_an_object_by_its_id() -> None:
    record = Record({"id": "a", "n": 1}, ["secret"])
    store = Collection[list[str]](missing)
    store.put(Record({"id": "b"}))
    store.put(record)

    assert store.get("a") is store.find("a") is record
    assert store.find("z") is None


def test_replaces_an_object_in_its_place() -> None:
    store = collection("a", "b")
    store.put(Record({"id": "a", "n": 2}))

    assert store.bodies() == [{"id": "a", "n": 2}, {"id": "b"}]


@pytest.mark.parametrize("act", [Collection.get, Collection.delete])
def test_raises_its_own_error_for_an_unknown_id(act: Any) -> None:
    with pytest.raises(KeyError, match="no z"):
        act(collection("a"), "z")


def test_discards_what_is_there_and_what_is_not() -> None:
    store = collection("a", "b")
    store.discard("a")
    store.discard("a")
    assert store.bodies() == items("b")


def test_deletes_for_good() -> None:
    store = collection("a", "b")
    store.delete("a")

    assert store.bodies() == items("b")
    assert store.find("a") is None


def test_keeps_only_the_newest_where_there_is_a_limit() -> None:
    assert collection("a", "b", "c", limit=2).bodies() == items("b", "c")


@pytest.mark.parametrize(
    ("options", "keys", "has_more"),
    [
        ({"limit": 2}, "ab", True),
        ({"limit": 5}, "abcde", False),
        ({"limit": 9}, "abcde", False),
        ({"limit": 2, "after": "b"}, "cd", True),
        ({"limit": 2, "after": "c"}, "de", False),
        ({"limit": 2, "after": "e"}, "", False),
        ({"limit": 2, "descending": True}, "ed", True),
        ({"limit": 2, "descending": True, "after": "b"}, "a", False),
    ],
)
def test_cuts_the_page_that_is_asked_for(options: dict[str, Any], keys: str, has_more: bool) -> None:
    assert paginate(items(*"abcde"), unknown=missing, **options) == Page(items(*keys), has_more)


@pytest.mark.parametrize("descending", [False, True])
def test_raises_for_an_unknown_cursor(descending: bool) -> None:
    with pytest.raises(KeyError, match="no z"):
        paginate(items("a"), limit=1, after="z", descending=descending, unknown=missing)


def test_wraps_a_page_in_the_envelope_of_a_list() -> None:
    assert Page(items("a", "b"), has_more=True).body() == {
        "object": "list",
        "data": items("a", "b"),
        "first_id": "a",
        "last_id": "b",
        "has_more": True,
    }


def test_has_neither_first_nor_last_on_an_empty_page() -> None:
    page = paginate([], limit=3, unknown=missing)

    assert page.body() == {"object": "list", "data": [], "first_id": None, "last_id": None, "has_more": False}


@unhurried
@given(keys=st.lists(st.text(min_size=1), unique=True), limit=st.integers(1, 7), descending=st.booleans())
def test_lists_everything_once_from_page_to_page(keys: list[str], limit: int, descending: bool) -> None:
    listed: list[str] = []
    after = None
    more = True
    while more:
        page = paginate(items(*keys), limit=limit, after=after, descending=descending, unknown=missing)
        listed += [item["id"] for item in page.data]
        more = page.has_more
        after = page.body()["last_id"]

    assert listed == (keys[::-1] if descending else keys)
