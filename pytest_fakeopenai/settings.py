"""The switches of one fake: what a marker, an ini option or a keyword may say, checked in one place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias, get_args

Unscripted = Literal["refuse", "echo"]
Unused = Literal["fail", "allow"]
Validation = Literal["known", "strict", "warn", "off"]
Transport = Literal["socket", "memory"]
Names: TypeAlias = str | Iterable[str] | None

# The values of each switch, in the order in which messages list them; the first is the default.
CHOICES: dict[str, tuple[Any, ...]] = {
    "unscripted": get_args(Unscripted),
    "unused": get_args(Unused),
    "validation": get_args(Validation),
    "guard": (True, False),
    "assume_exists": (False, True),
    "transport": get_args(Transport),
}
# The options that list names; without one every name will do.
LISTS = ("models", "api_keys")

# Where a fake in memory is. No name server ever knows it (RFC 2606), and whoever fails to find it reads why.
MEMORY_HOST = "in-memory.fake-openai.invalid"


@dataclass(frozen=True)
class Settings:
    """How strict a fake is.

    - `unscripted`: what a request gets for which nothing is scripted, once a test has scripted something:
      "refuse" answers 400 and fails the test, "echo" repeats the last user text.
    - `unused`: whether a scripted reply that nobody asked for fails the test: "fail" or "allow".
    - `validation`: what becomes of a request that OpenAI would refuse, and of a reply that does not fit its request.
      "known" refuses the requests that OpenAI is known to refuse, with its own error, and warns of what only the SDK's
      types forbid; "strict" refuses both, "warn" warns of both, "off" lets all pass. Replies that do not fit are
      refused by "known" and "strict".
    - `guard`: whether looking up OpenAI's own hosts fails in this process.
    - `assume_exists`: whether every id that a request names exists, for applications whose configuration names
      objects that live in production; what is not stored is made up when it is asked for.
    - `transport`: how requests come here: "socket", from anywhere, or "memory", from clients in this process that are
      built on the SDK's HTTP library, without any socket.
    - `models`, `api_keys`: the only ones there are; others get OpenAI's errors. By default all will do.
    """

    unscripted: Unscripted = "refuse"
    unused: Unused = "fail"
    validation: Validation = "known"
    guard: bool = True
    assume_exists: bool = False
    transport: Transport = "socket"
    models: Names = None
    api_keys: Names = None

    def __post_init__(self) -> None:
        for name in CHOICES:
            _check(name, getattr(self, name))
        for name in LISTS:
            object.__setattr__(self, name, _names(name, getattr(self, name)))

    @classmethod
    def of(cls, options: dict[str, Any]) -> Settings:
        """Settings from named options; ValueError names an unknown one and its nearest match."""
        known = [field.name for field in fields(cls)]
        for name in options:
            if name not in known:
                raise ValueError(_unknown(name, known))
        return cls(**options)

    def knows_model(self, name: str) -> bool:
        """Whether there is a model of this name."""
        return self.models is None or name in self.models

    def knows_key(self, key: str) -> bool:
        """Whether this API key is good."""
        return self.api_keys is None or key in self.api_keys


def _check(name: str, value: object) -> None:
    if not any(value is choice or (isinstance(value, str) and value == choice) for choice in CHOICES[name]):
        raise ValueError(f"{name}= takes {' or '.join(map(repr, CHOICES[name]))}, got {value!r}")


def _names(option: str, given: Names) -> tuple[str, ...] | None:
    """The names of a list, or of a string that separates them by commas or blanks."""
    if given is None:
        return None
    listed = given.replace(",", " ").split() if isinstance(given, str) else given
    names = tuple(listed) if isinstance(listed, Iterable) else ()
    if not names or not all(isinstance(name, str) for name in names):
        raise ValueError(f"{option}= takes a list of names, got {given!r}")
    return names


def _unknown(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean {near[0]}=?" if near else "."
    return f"fake_openai has no option {name!r}{hint} Its options are {', '.join(known)}."
