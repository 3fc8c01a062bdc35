"""Nothing that OpenAI's description of its API allows is refused, or warned of, for its types."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_fakeopenai.sdk import params
from pytest_fakeopenai.sdk.catalogue import anonymous

from ..conformance import openapi
from ..families import OPERATIONS, violations
from .described import bodies, instances

pytestmark = [
    pytest.mark.skipif(not openapi.PATH.exists(), reason="the OpenAPI document is not here"),
    pytest.mark.skipif(not params.is_current(), reason="the document is newer than the types of an older SDK"),
]
POSTED = {
    anonymous(each.path.replace(":path", "")): each.endpoint for each in OPERATIONS.values() if each.method == "POST"
}
# The words that the API is known to refuse by what its description allows.
REFUSED = ("Supported values are: 'output_text' and 'refusal'.", "Invalid 'seed'")
DESCRIBED = dict(bodies()) if openapi.PATH.exists() else {}


def objections(path: str, body: Any) -> list[str]:
    """What is refused, or warned of, in a body that is posted to a path."""
    endpoint = POSTED.get(anonymous(path))
    if endpoint is None:
        return []
    words = [each.error.message for each in violations(endpoint, body) if each.grade != "ignored"]
    return [each for each in words if not any(refusal in each for refusal in REFUSED)]


@pytest.mark.parametrize("path", DESCRIBED)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_takes_what_is_described(path: str, data: st.DataObject) -> None:
    assert objections(path, data.draw(instances(DESCRIBED[path]))) == []
