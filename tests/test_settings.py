"""Settings: the switches of one fake, and what is no switch."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pytest_fakeopenai import FakeOpenAI, FakeOpenAIServer
from pytest_fakeopenai.settings import CHOICES, Settings


def test_is_strict_by_default() -> None:
    assert Settings() == Settings(
        unscripted="refuse", unused="fail", validation="known", guard=True, models=None, api_keys=None
    )
    assert Settings.of({}) == Settings(**{name: choices[0] for name, choices in CHOICES.items()})


@pytest.mark.parametrize(("name", "choice"), [(name, choice) for name, many in CHOICES.items() for choice in many])
def test_takes_each_choice(name: str, choice: object) -> None:
    assert getattr(Settings.of({name: choice}), name) == choice


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"unscripted": "allow"}, "unscripted= takes 'refuse' or 'echo', got 'allow'"),
        ({"unused": True}, "unused= takes 'fail' or 'allow', got True"),
        ({"validation": "loose"}, "validation= takes 'known' or 'strict' or 'warn' or 'off', got 'loose'"),
        ({"guard": 1}, "guard= takes True or False, got 1"),
        ({"guard": "false"}, "guard= takes True or False, got 'false'"),
        ({"guard": None}, "guard= takes True or False, got None"),
        ({"transport": "memry"}, "transport= takes 'socket' or 'memory', got 'memry'"),
        ({"models": 5}, "models= takes a list of names, got 5"),
        ({"models": ["gpt-4o", 5]}, "models= takes a list of names, got ['gpt-4o', 5]"),
        ({"models": []}, "models= takes a list of names, got []"),
        ({"api_keys": " , "}, "api_keys= takes a list of names, got ' , '"),
    ],
)
def test_refuses_what_is_no_choice(fake_openai_server: FakeOpenAIServer, options: dict[str, Any], message: str) -> None:
    for make in (lambda **given: Settings.of(given), FakeOpenAI, fake_openai_server.open):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            make(**options)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "unscriptd",
            "fake_openai has no option 'unscriptd'; did you mean unscripted=? Its options are unscripted, unused, "
            "validation, guard, assume_exists, transport, models, api_keys.",
        ),
        (
            "zzz",
            "fake_openai has no option 'zzz'. Its options are unscripted, unused, validation, guard, "
            "assume_exists, transport, models, api_keys.",
        ),
    ],
)
def test_refuses_what_is_no_option(fake_openai_server: FakeOpenAIServer, name: str, message: str) -> None:
    for make in (lambda **given: Settings.of(given), fake_openai_server.open):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            make(**{name: "echo"})


@pytest.mark.parametrize(
    "given", ["gpt-4o,gpt-5", "gpt-4o, gpt-5", "gpt-4o gpt-5", ["gpt-4o", "gpt-5"], ("gpt-4o", "gpt-5")]
)
def test_takes_names_as_a_list_or_in_one_string(given: Any) -> None:
    settings = Settings(models=given)

    assert settings.models == ("gpt-4o", "gpt-5")
    assert [settings.knows_model(name) for name in ("gpt-4o", "gpt-5", "gpt-4")] == [True, True, False]
    assert settings.knows_key("any")
