"""Every test here has a fake; on request the requests that reach it are written down.

With RECORD_REQUESTS=FOLDER in the environment the requests of a framework are written to FOLDER/<framework>.json, a
list of objects with `method`, `path` and `body`: what `tests/corpus` replays.
"""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI

FRAMEWORKS = Path(__file__).parent
# The module by which one tells that a framework is installed, where it is not named as its folder is.
MODULES = {"langchain": "langchain_openai", "autogen": "autogen_ext", "llama_index": "llama_index.llms.openai"}


def is_installed(framework: str) -> bool:
    """Whether the framework of a folder can be imported."""
    module = MODULES.get(framework, framework)
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


collect_ignore = [
    path.parent.name for path in FRAMEWORKS.glob("*/requirements.txt") if not is_installed(path.parent.name)
]


@pytest.fixture(scope="package")
def recorded_requests() -> Iterator[dict[str, list[dict[str, Any]]]]:
    """The requests by framework; written at the end where RECORD_REQUESTS names a folder."""
    recorded: dict[str, list[dict[str, Any]]] = {}
    yield recorded
    if folder := os.environ.get("RECORD_REQUESTS"):
        for framework, requests in recorded.items():
            text = json.dumps(requests, indent=1, ensure_ascii=False)
            Path(folder, f"{framework}.json").write_text(text + "\n", encoding="utf-8")


@pytest.fixture(autouse=True)
def recording(
    fake_openai: FakeOpenAI, recorded_requests: dict[str, list[dict[str, Any]]], request: pytest.FixtureRequest
) -> Iterator[None]:
    """Keep what each test's application sends, once."""
    yield
    requests = recorded_requests.setdefault(request.path.parent.name, [])
    for sent in fake_openai.requests:
        entry = {"method": sent.method, "path": sent.path, "body": sent.json}
        if entry not in requests:
            requests.append(entry)
