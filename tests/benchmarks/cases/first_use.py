"""What the first use in a process costs once openai is imported: `python -m tests.benchmarks.cases.first_use PART`.

Without `--tokenizer` it is as in a default installation, whatever is installed here.
"""

from __future__ import annotations

import http.client  # noqa: F401  # the one who asks is not what is measured
import importlib
import sys
import time
from collections.abc import Callable

import openai  # noqa: F401  # loaded beforehand, so that it is not in the time

from .. import http_requests

BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "What is the weather in Paris?"}]}


def limit() -> None:
    """The raw server."""
    from .. import constant

    server = constant.Limit(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
    http_requests.post_once(f"{server.url}/v1/chat/completions", BODY)


def frameworks() -> None:
    """The modules that serve the fake, alone."""
    for name in ("uvicorn.config", "uvicorn.server", "uvicorn.protocols.http.httptools_impl"):
        importlib.import_module(name)


def fake() -> None:
    """The fake, from its import to its first answer."""
    from pytest_fakeopenai import FakeOpenAI

    fake_openai = FakeOpenAI().__enter__()
    fake_openai.script("It is 21 degrees and sunny.")
    http_requests.post_once(f"{fake_openai.base_url}/chat/completions", BODY)


PARTS: dict[str, Callable[[], None]] = {"limit": limit, "frameworks": frameworks, "fake": fake}


def main(part: str, *options: str) -> None:
    """Print how long a part takes, in seconds."""
    if "--tokenizer" not in options:
        sys.modules["bpe_openai"] = None  # type: ignore[assignment]  # which is how Python knows that there is none
    began = time.perf_counter()
    PARTS[part]()
    print(time.perf_counter() - began)


if __name__ == "__main__":
    main(*sys.argv[1:])
