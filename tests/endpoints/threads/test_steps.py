"""What a text cites."""

from __future__ import annotations

import pytest

from pytest_fakeopenai.endpoints.threads.steps import citations

RESULTS = [{"filename": "a.md", "file_id": "file_a"}, {"filename": "b†.md", "file_id": "file_b"}]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("x【4:0†a.md】y", [("【4:0†a.md】", "file_a")]),
        ("【4:0†b†.md】【1†c】", [("【4:0†b†.md】", "file_b"), ("【1†c】", "file_a")]),
        ("【【4:0†a.md】】", [("【4:0†a.md】", "file_a")]),
        ("【no mark】", []),
        ("【" * 100_000 + "†" * 100_000, []),
    ],
    ids=["one", "two", "nested", "none", "many that do not end"],
)
def test_cites_the_file_of_each_mark(text: str, marks: list[tuple[str, str]]) -> None:
    assert [(each["text"], each["file_citation"]["file_id"]) for each in citations(text, RESULTS)] == marks


def test_cites_nothing_where_nothing_was_found() -> None:
    assert [*citations("【4:0†a.md】", [])] == []
