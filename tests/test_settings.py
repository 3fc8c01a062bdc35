"""Settings: the options of one fake, what is no option, and that each is told once."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from typing import Any, Literal, get_type_hints

import pytest

from pytest_fakeopenai import FakeOpenAI, FakeOpenAIServer
from pytest_fakeopenai.settings import FakeOptions, Names, NamesOption, Option, Settings, options

STRICT = {
    "unscripted": "refuse",
    "unused": "fail",
    "validation": "known",
    "guard": True,
    "assume_exists": False,
    "transport": "socket",
    "models": None,
    "api_keys": None,
}


def test_is_strict_by_default() -> None:
    assert {name: getattr(Settings(), name) for name in options()} == STRICT
    assert {name: getattr(Settings(**STRICT), name) for name in options()} == STRICT


@pytest.mark.parametrize(
    ("name", "choice"), [(name, choice) for name, option in options().items() for choice in option.values]
)
def test_takes_each_choice(name: str, choice: object) -> None:
    assert getattr(Settings(**{name: choice}), name) == choice


@pytest.mark.parametrize(
    ("values", "message"),
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
def test_refuses_what_is_no_choice(fake_openai_server: FakeOpenAIServer, values: dict[str, Any], message: str) -> None:
    for make in (Settings, FakeOpenAI, fake_openai_server.open):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            make(**values)


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
    keyword: Any = {name: "echo"}
    for make in (Settings, fake_openai_server.open):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            make(**keyword)


@pytest.mark.parametrize(
    "names", ["gpt-4o,gpt-5", "gpt-4o, gpt-5", "gpt-4o gpt-5", ["gpt-4o", "gpt-5"], ("gpt-4o", "gpt-5")]
)
def test_takes_names_as_a_list_or_in_one_string(names: Any) -> None:
    settings = Settings(models=names)

    assert settings.models == ("gpt-4o", "gpt-5")
    assert [settings.knows_model(name) for name in ("gpt-4o", "gpt-5", "gpt-4")] == [True, True, False]
    assert settings.knows_key("any")


# An option is one field of `Settings`; `FakeOpenAI`'s signature, which editors show, is held against it.

each_option = pytest.mark.parametrize("option", options().values(), ids=options())


def test_is_the_signature_of_the_handle() -> None:
    parameters = list(inspect.signature(FakeOpenAI).parameters.values())

    assert [parameter.name for parameter in parameters] == list(options())
    assert {parameter.kind for parameter in parameters} == {inspect.Parameter.KEYWORD_ONLY}
    assert {parameter.name: parameter.default for parameter in parameters} == STRICT


@each_option
def test_types_the_keyword_by_the_values(option: Option[Any]) -> None:
    hints = [get_type_hints(typed)[option.name] for typed in (FakeOpenAI.__init__, FakeOptions)]

    assert hints == [hint_for(option)] * 2
    assert get_type_hints(FakeOptions).keys() == options().keys()


def hint_for(option: Option[Any]) -> object:
    """The type of the keyword that takes the option's values."""
    if isinstance(option, NamesOption):
        return Names
    return bool if set(option.values) == {True, False} else Literal[option.values]


@each_option
def test_takes_the_keyword_to_the_fake(option: Option[Any]) -> None:
    values: Sequence[Any] = [("gpt-5", "gpt-4o")] if isinstance(option, NamesOption) else option.values

    for value in values:
        assert getattr(FakeOpenAI(**{option.name: value})._world.settings, option.name) == value


@each_option
def test_says_what_it_decides_in_a_clause(option: Option[Any]) -> None:
    assert re.fullmatch(r"[a-z][^.;|\n]*[^.;|\n:]", option.decides)
    assert option.help.startswith(option.decides)


@each_option
def test_names_switches_that_work(option: Option[Any]) -> None:
    value = option.values[-1]
    marker, keyword, ini = re.split(", | or the ini option ", option.switch(value))

    assert (marker, keyword) == (
        f"@pytest.mark.fake_openai({option.name}={value!r})".replace("'", '"'),
        f"FakeOpenAI({option.name}={value!r})".replace("'", '"'),
    )
    assert ini == f"fake_openai_{option.name}"
    assert option.parse(str(value).lower()) == value or value is None


@each_option
def test_is_told_of_an_option_that_is_not_known(option: Option[Any]) -> None:
    with pytest.raises(ValueError, match=rf"Its options are .*\b{option.name}\b"):
        Settings(colour="red")
