"""The routes of the API: each family is loaded when the first of its URLs is asked for."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from pytest_fakeopenai.endpoints import FAMILIES, discover, family_of, operations
from pytest_fakeopenai.pipeline.operate import operate
from pytest_fakeopenai.pipeline.operation import Operation
from pytest_fakeopenai.server.routes import Api

LOADED = """
import json, sys
from pytest_fakeopenai import FakeOpenAI

def families():
    parts = [name.split(".") for name in sys.modules if name.startswith("pytest_fakeopenai.endpoints.")]
    return sorted({part[2] for part in parts if not part[2].startswith("_")})

with FakeOpenAI() as fake:
    before = families()
    fake.client.embeddings.create(model="text-embedding-3-small", input="Hi")
    print(json.dumps([before, families()]))
"""


def test_loads_no_family_before_one_of_its_urls_is_asked_for() -> None:
    run = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == [[], ["embeddings"]]


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_finds_the_family_of_each_of_its_urls(family: str) -> None:
    paths = [operation.path for operation in operations(family)]
    assert paths
    assert {family_of(path) for path in paths} == {family}


@pytest.mark.parametrize(
    "path", ["/", "", "/nowhere", "/chat", "/chat/x", "/_context", "/responsesx", "/organization/users"]
)
def test_finds_no_family_of_other_urls(path: str) -> None:
    assert family_of(path) == ""


def test_refuses_a_further_operation_that_the_api_has() -> None:
    twin = Operation("POST", "/embeddings", "mine", operate(lambda context: {}))
    with pytest.raises(ValueError, match="two operations answer POST /embeddings"):
        Api([twin])


def test_discovers_the_operations_of_all_families() -> None:
    assert len(discover()) == sum(len(operations(family)) for family in FAMILIES)
