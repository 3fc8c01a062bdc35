"""What every test may use."""

from __future__ import annotations

import pytest

from pytest_fakeopenai.wire import tokens

pytest_plugins = ["pytester"]


@pytest.fixture
def with_tokenizer() -> None:
    """Tokens as OpenAI counts and cuts them."""
    if tokens.encoding("o200k_base") is None:
        pytest.skip("the extra `tokenizer` is not installed")


@pytest.fixture
def without_tokenizer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens as they are counted and cut where no tokenizer is installed."""
    monkeypatch.setattr(tokens, "encoding", lambda vocabulary: None)
