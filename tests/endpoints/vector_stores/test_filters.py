"""Filters by attributes, by value."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai import ApiError
from pytest_fakeopenai.endpoints.vector_stores.filters import matches

FILE: dict[str, Any] = {"year": 2024, "price": 9.5, "lang": "de", "draft": True}


@pytest.mark.parametrize(
    ("kind", "key", "value", "fits"),
    [
        ("eq", "lang", "de", True),
        ("eq", "lang", "fr", False),
        ("eq", "year", 2024.0, True),
        ("eq", "draft", True, True),
        ("eq", "draft", 1, False),
        ("eq", "absent", "de", False),
        ("eq", "absent", None, False),
        ("ne", "lang", "fr", True),
        ("ne", "lang", "de", False),
        ("ne", "absent", "de", True),
        ("gt", "year", 2023, True),
        ("gt", "year", 2024, False),
        ("gte", "year", 2024, True),
        ("lt", "price", 10, True),
        ("lt", "price", 9.5, False),
        ("lte", "price", 9.5, True),
        ("gt", "lang", "da", True),
        ("gt", "lang", 5, False),
        ("gt", "draft", False, False),
        ("lt", "absent", 5, False),
        ("in", "lang", ["fr", "de"], True),
        ("in", "lang", ["fr"], False),
        ("in", "lang", "de", True),
        ("in", "absent", ["de"], False),
        ("nin", "lang", ["fr"], True),
        ("nin", "lang", ["de"], False),
        ("nin", "absent", ["de"], True),
    ],
)
def test_compares(kind: str, key: str, value: Any, fits: bool) -> None:
    assert matches({"type": kind, "key": key, "value": value}, FILE) is fits


GERMAN, FRENCH = ({"type": "eq", "key": "lang", "value": value} for value in ("de", "fr"))


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        (None, True),
        ({"type": "and", "filters": [GERMAN, GERMAN]}, True),
        ({"type": "and", "filters": [GERMAN, FRENCH]}, False),
        ({"type": "or", "filters": [FRENCH, GERMAN]}, True),
        ({"type": "or", "filters": [FRENCH, FRENCH]}, False),
        ({"type": "and", "filters": []}, True),
        ({"type": "or", "filters": []}, False),
        ({"type": "and", "filters": [GERMAN, {"type": "or", "filters": [FRENCH, GERMAN]}]}, True),
        ({"type": "and", "filters": GERMAN}, True),
    ],
)
def test_combines(condition: Any, fits: bool) -> None:
    assert matches(condition, FILE) is fits


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("lang", "Invalid type for 'filters': expected an object, but got a string instead."),
        (
            {"type": "and", "filters": [5]},
            "Invalid type for 'filters': expected an object, but got an integer instead.",
        ),
        ({}, "Invalid value: 'None'. Supported values are: 'eq', 'ne', "),
        ({"type": ["eq"]}, "Invalid value: '['eq']'. Supported values are: 'eq', 'ne', "),
    ],
)
def test_refuses_what_is_no_filter(condition: Any, message: str) -> None:
    with pytest.raises(ApiError) as caught:
        matches(condition, FILE)

    assert caught.value.message.startswith(message)
