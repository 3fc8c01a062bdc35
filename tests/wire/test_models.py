"""Models: their families and their objects."""

from __future__ import annotations

import pytest
from openai.types import Model

from pytest_fakeopenai.wire.models import CATALOGUE, describe, is_reasoning, resolved


@pytest.mark.parametrize(
    "model", ["o1", "o3-mini", "o4-mini-2025-04-16", "gpt-5", "gpt-5.2", "gpt-10", "ft:o4-mini:me"]
)
def test_knows_a_reasoning_model(model: str) -> None:
    assert is_reasoning(model)


@pytest.mark.parametrize(
    "model", ["gpt-4o", "gpt-4.1-mini", "gpt-3.5-turbo", "ft:gpt-4o:me", "omni-moderation", "my-o3", "llama", ""]
)
def test_knows_another_model(model: str) -> None:
    assert not is_reasoning(model)


@pytest.mark.parametrize("model", [*CATALOGUE, "my-own-model"])
def test_describes_a_model(model: str) -> None:
    described = Model.model_validate(describe(model))

    assert (described.id, described.object) == (model, "model")
    assert described.owned_by == ("system" if model in CATALOGUE else "user-fakeopenai")
    assert described.created == CATALOGUE.get(model, 1_687_882_411)


@pytest.mark.parametrize(
    ("model", "snapshot"),
    [
        ("gpt-4o", "gpt-4o-2024-08-06"),
        ("gpt-4o-2024-05-13", "gpt-4o-2024-05-13"),
        ("gpt-5.6-terra", "gpt-5.6-terra"),
        ("gpt-3.5-turbo-instruct", "gpt-3.5-turbo-instruct:20230824-v2"),
        ("text-embedding-ada-002", "text-embedding-ada-002-v2"),
        ("text-embedding-3-small", "text-embedding-3-small"),
        ("ft:gpt-4o:me", "ft:gpt-4o:me"),
        ("mine", "mine"),
    ],
)
def test_resolves_an_alias_to_its_snapshot(model: str, snapshot: str) -> None:
    assert resolved(model) == snapshot
