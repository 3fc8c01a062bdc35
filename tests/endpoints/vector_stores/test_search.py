"""Searching vector stores: what is found, in which order, and what narrows it."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI, Reply

from .._requests import both_clients, call_method
from ._stores import FRANCE, GERMANY, PICTURE, Json, attach, invalid, post, refusal, store, upload

COFFEE = "Coffee is brewed from roasted beans."


def library(fake: FakeOpenAI) -> str:
    """A store with three texts, one of them without attributes, and a picture."""
    store_id = store(fake)
    attach(fake, store_id, FRANCE, "france.md", attributes={"year": 2020, "lang": "fr", "draft": False})
    attach(fake, store_id, GERMANY, "germany.md", attributes={"year": 2024, "lang": "de", "draft": True})
    attach(fake, store_id, COFFEE, "coffee.txt")
    attach(fake, store_id, PICTURE, "a.png")
    return store_id


def filenames(fake: FakeOpenAI, store_id: str, query: Any = "capital", **options: Any) -> list[str]:
    """The names of the files that are found, in their order."""
    return [each["filename"] for each in post(fake, f"/{store_id}/search", query=query, **options)["data"]]


def test_answers_with_a_page_of_its_own(fake_openai: FakeOpenAI) -> None:
    file = upload(fake_openai)
    store_id = store(fake_openai)
    post(fake_openai, f"/{store_id}/files", file_id=file, attributes={"year": 2020})

    page = post(fake_openai, f"/{store_id}/search", query="What is the capital of France?")

    score = page["data"][0]["score"]
    assert page == {
        "object": "vector_store.search_results.page",
        "search_query": ["What is the capital of France?"],
        "data": [
            {
                "file_id": file,
                "filename": "france.md",
                "score": score,
                "attributes": {"year": 2020},
                "content": [{"type": "text", "text": FRANCE}],
            }
        ],
        "has_more": False,
        "next_page": None,
    }
    assert 0.5 < score < 1


@both_clients
@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("What is the capital of Germany?", "germany.md"),
        ("the french capital", "france.md"),
        ("how are BEANS roasted", "coffee.txt"),
    ],
)
def test_finds_the_best_first(fake_openai: FakeOpenAI, kind: str, query: str, best: str) -> None:
    page = call_method(fake_openai, kind, "vector_stores.search", library(fake_openai), query=query)
    scores = [each.score for each in page.data]

    assert page.data[0].filename == best
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_scores_the_same_text_with_one(fake_openai: FakeOpenAI) -> None:
    (best, *_) = post(fake_openai, f"/{library(fake_openai)}/search", query=COFFEE)["data"]

    assert best["score"] == 1.0


def test_looks_for_several_queries_at_once(fake_openai: FakeOpenAI) -> None:
    store_id = library(fake_openai)
    page = post(fake_openai, f"/{store_id}/search", query=["roasted beans", "Berlin, Germany"], max_num_results=2)

    assert page["search_query"] == ["roasted beans", "Berlin, Germany"]
    assert {each["filename"] for each in page["data"]} == {"coffee.txt", "germany.md"}


def test_finds_chunks_of_a_long_text(fake_openai: FakeOpenAI) -> None:
    words = [f"word{number}" for number in range(600)]
    strategy: Any = {"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 20}}
    store_id = store(fake_openai)
    attach(fake_openai, store_id, " ".join([*words, "zebra", *words]), chunking_strategy=strategy)

    page = post(fake_openai, f"/{store_id}/search", query="zebra", max_num_results=50)
    holding = [each for each in page["data"] if "zebra" in each["content"][0]["text"]]

    assert page["data"][: len(holding)] == holding
    assert 1 <= len(holding) <= 2 < len(page["data"])


def test_gives_ten_results_unless_asked_for_more(fake_openai: FakeOpenAI) -> None:
    store_id = store(fake_openai, *(upload(fake_openai, f"number {number}") for number in range(12)))

    assert len(filenames(fake_openai, store_id, "number")) == 10
    assert len(filenames(fake_openai, store_id, "number", max_num_results=11)) == 11


def test_leaves_out_what_scores_too_low(fake_openai: FakeOpenAI) -> None:
    store_id = library(fake_openai)

    assert filenames(fake_openai, store_id, COFFEE, ranking_options={"score_threshold": 0.9}) == ["coffee.txt"]
    assert filenames(fake_openai, store_id, "xyz", ranking_options={"score_threshold": 0.1}) == []
    assert len(filenames(fake_openai, store_id, "xyz", ranking_options={"ranker": "auto"})) == 3


def test_finds_nothing_in_an_empty_store(fake_openai: FakeOpenAI) -> None:
    assert filenames(fake_openai, store(fake_openai)) == []


YEAR: Json = {"type": "gte", "key": "year", "value": 2021}
FRENCH: Json = {"type": "eq", "key": "lang", "value": "fr"}


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        (FRENCH, {"france.md"}),
        (YEAR, {"germany.md"}),
        ({"type": "or", "filters": [FRENCH, YEAR]}, {"france.md", "germany.md"}),
        ({"type": "and", "filters": [FRENCH, YEAR]}, set()),
        ({"type": "in", "key": "lang", "value": ["de", "it"]}, {"germany.md"}),
    ],
)
def test_finds_only_files_whose_attributes_fit(fake_openai: FakeOpenAI, condition: Json, names: set[str]) -> None:
    assert {*filenames(fake_openai, library(fake_openai), filters=condition)} == names


KINDS = "'eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'nin', 'and', and 'or'"
REFUSED: list[tuple[Json, str, str, str]] = [
    ({}, "Missing required parameter: 'query'.", "query", "missing_required_parameter"),
    (
        {"query": "a", "max_num_results": 51},
        "Invalid 'max_num_results': integer above maximum value. Expected a value <= 50, but got 51 instead.",
        "max_num_results",
        "integer_above_max_value",
    ),
    (
        {"query": "a", "ranking_options": {"score_threshold": 1.5}},
        "Invalid 'ranking_options.score_threshold': decimal above maximum value. "
        "Expected a value <= 1, but got 1.5 instead.",
        "ranking_options.score_threshold",
        "decimal_above_max_value",
    ),
    (
        {"query": "a", "filters": {"type": "like", "key": "a", "value": "b"}},
        f"Invalid value: 'like'. Supported values are: {KINDS}.",
        "filters.type",
        "invalid_value",
    ),
]


@pytest.mark.parametrize(("body", "message", "param", "code"), REFUSED)
def test_refuses_what_cannot_be_looked_for(
    fake_openai: FakeOpenAI, body: Json, message: str, param: str, code: str
) -> None:
    assert post(fake_openai, f"/{store(fake_openai)}/search", **body) == {"error": invalid(message, param, code)}


@pytest.mark.fake_openai(validation="off")
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"query": 5},
        {"query": [5]},
        {"query": "a", "max_num_results": -5, "ranking_options": []},
        {"query": "", "ranking_options": {"score_threshold": "x"}},
    ],
)
def test_finds_what_it_can_where_nothing_is_checked(fake_openai: FakeOpenAI, body: Json) -> None:
    data = post(fake_openai, f"/{library(fake_openai)}/search", **body)["data"]

    assert all(each["score"] == 0 for each in data)


def test_knows_no_other_store(fake_openai: FakeOpenAI) -> None:
    refused = refusal(fake_openai.client.vector_stores.search, "vs_x", query="a")

    assert refused == (404, invalid("No vector store found with id 'vs_x'."))


def test_says_what_a_rule_says_instead(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(endpoint="vector_stores.search").always(
        Reply({"object": "list", "data": [{"file_id": "file-mine"}]}, unchecked=True)
    )

    (result,) = fake_openai.client.vector_stores.search("vs_x", query="a").data

    assert result.file_id == "file-mine"
