"""The pages in which the API lists objects."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakeopenai.state.pages import Page, paginate

from ..properties import unhurried


def missing(key: str) -> Exception:
    return KeyError(f"no {key}")


def items(*keys: str) -> list[dict[str, Any]]:
    return [{"id": key} for key in keys]


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
