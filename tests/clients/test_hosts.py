"""Which hosts are guarded, however their names are written."""

from __future__ import annotations

import pytest

from pytest_fakeopenai.clients.hosts import owner_of
from pytest_fakeopenai.settings import MEMORY_HOST

OPENAI = [
    "openai.com",
    "api.openai.com",
    "eu.api.openai.com",
    "chatgpt.com",
    "files.oaiusercontent.com",
    *(
        f"mine.{domain}.azure.{cloud}"
        for cloud in ("com", "us", "cn")
        for domain in ("openai", "services.ai", "cognitiveservices")
    ),
    "eastus.api.cognitive.microsoft.com",
    "usgovvirginia.api.cognitive.microsoft.us",
]
SPELLINGS = [
    pytest.param(str.upper, id="upper case"),
    pytest.param(str.title, id="mixed case"),
    pytest.param(lambda name: f"{name}.", id="the root's dot"),
    pytest.param(lambda name: name.encode(), id="bytes"),
    pytest.param(lambda name: bytearray(name.encode()), id="bytearray"),
    pytest.param(lambda name: name.replace(".", "\u3002"), id="ideographic full stop"),
    pytest.param(lambda name: name.replace(".", "\uff0e"), id="fullwidth full stop"),
    pytest.param(lambda name: name.replace(".", "\uff61"), id="halfwidth ideographic full stop"),
    pytest.param(lambda name: name.replace(".", "\u3002").encode(), id="ideographic full stop in bytes"),
    pytest.param(lambda name: name.replace("a", "\uff41"), id="fullwidth letters"),
    pytest.param(lambda name: name.replace("o", "\u00ad" + "o"), id="soft hyphens"),
    pytest.param(lambda name: f"{'x' * 80}\u3002{name}", id="a label that is too long"),
]


@pytest.mark.parametrize("name", OPENAI)
def test_knows_the_hosts_of_every_cloud(name: str) -> None:
    assert owner_of(name) == "openai"


@pytest.mark.parametrize("spell", SPELLINGS)
@pytest.mark.parametrize("name", ["api.openai.com", "mine.openai.azure.us", "chatgpt.com"])
def test_knows_a_host_in_every_spelling(name: str, spell: object) -> None:
    assert callable(spell)
    assert owner_of(spell(name)) == "openai"


def test_knows_the_host_of_a_fake_in_memory() -> None:
    assert {owner_of(MEMORY_HOST), owner_of(MEMORY_HOST.upper()), owner_of(f"{MEMORY_HOST}.")} == {"memory"}


@pytest.mark.parametrize(
    "host",
    [
        *("", ".", "127.0.0.1", "::1", "example.com", "notopenai.com", "openai.com.example", "azure.com"),
        *("my-openai.azure.net", "xn--bcher-kva.example", "b\u00fccher.example", b"\xff"),
        *(None, 443, ("api.openai.com", 443)),
    ],
)
def test_lets_every_other_host_pass(host: object) -> None:
    assert owner_of(host) is None
