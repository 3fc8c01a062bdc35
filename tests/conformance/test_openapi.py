"""Every answer is one that OpenAI's published description allows, but for what the description is known to get wrong.

The description is the file that the environment variable OPENAPI_DOCUMENT names, by default `openapi.json` in the
folder `shared/openapi` beside the repository.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pytest_fakeopenai import (
    FakeOpenAI,
)

from . import openapi
from .deviations import WRONG
from .families import FAMILIES, Sent
from .openapi import Difference

pytestmark = pytest.mark.skipif(not openapi.PATH.is_file(), reason=f"there is no OpenAPI document at {openapi.PATH}")


def differences(sent: Sent) -> dict[Difference, Any]:
    """Where what was sent differs from its description, each with a value that does; alike values are judged once."""
    seen: dict[Difference, Any] = {}
    judged = set()
    for component, value in sent:
        alike = component, openapi.shape(value)
        if alike not in judged:
            judged.add(alike)
            seen.update(dict.fromkeys(openapi.differences(value, component) - seen.keys(), value))
    return seen


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_answers_as_the_description_says(family: Callable[[FakeOpenAI], Sent]) -> None:
    accepted = {Difference(each.place, each.problem) for each in WRONG if family.__name__ in each.families.split()}

    with FakeOpenAI(unused="allow") as fake:
        seen = differences(family(fake))
        fake.reset()

    assert {difference: value for difference, value in seen.items() if difference not in accepted} == {}
    assert accepted - seen.keys() == set()
