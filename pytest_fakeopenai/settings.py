"""The options of one fake, each told once: its values, its default, and the words that every text has for it.

The ini options, the marker, the keywords, `pytest --help`, the table in the documentation and the reports that name an
option are made from the fields of `Settings`. pytest loads this module in every run, so it imports next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, Literal, TypeAlias, TypedDict, TypeVar, get_args, overload

T = TypeVar("T")

Unscripted = Literal["refuse", "echo"]
Unused = Literal["fail", "allow"]
Validation = Literal["known", "strict", "warn", "off"]
Transport = Literal["socket", "memory"]
Names: TypeAlias = str | Iterable[str] | None

# Where a fake in memory is. No name server ever knows it (RFC 2606), and whoever fails to find it reads why.
MEMORY_HOST = "in-memory.fake-openai.invalid"

# The API key of the clients that a fake hands out.
API_KEY = "fake-api-key"


class FakeOptions(TypedDict, total=False):
    """The options of a fake, as keywords, for functions that pass them on.

    def quiet(server: FakeOpenAIServer, **options: Unpack[FakeOptions]) -> FakeOpenAI:
        return server.open(unused="allow", **options)
    """

    unscripted: Unscripted
    unused: Unused
    validation: Validation
    guard: bool
    assume_exists: bool
    transport: Transport
    models: Names
    api_keys: Names


class Option(Generic[T]):
    """One option with a few values, of which the first is its default; as a field of `Settings` it reads as its value.

    `decides` says in a clause what the option decides: help texts show it, and the table in the documentation begins
    with it.
    """

    name = ""

    def __init__(self, values: tuple[T, ...], decides: str) -> None:
        self.values = values
        self.default = values[0]
        self.decides = decides

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, settings: None, owner: type) -> Option[T]: ...
    @overload
    def __get__(self, settings: Settings, owner: type) -> T: ...
    def __get__(self, settings: Settings | None, owner: type) -> Option[T] | T:
        return self if settings is None else self.default  # other values stand in the instance's dict

    @property
    def help(self) -> str:
        """What the option decides and its values, as one writes them in an ini file."""
        return f"{self.decides}: {' or '.join(str(value).lower() for value in self.values)}"

    def switch(self, value: T) -> str:
        """The three ways to give the option this value, in words."""
        keyword = f"{self.name}={_literal(value)}"
        return f"@pytest.mark.fake_openai({keyword}), FakeOpenAI({keyword}) or the ini option fake_openai_{self.name}"

    def parse(self, text: str) -> object:
        """The value that a text of an ini file stands for; the text itself where it is none, for `check` to refuse."""
        truths = {str(value).lower(): value for value in self.values if isinstance(value, bool)}
        return truths.get(text.lower(), text)

    def check(self, value: object) -> T:
        """The value, if it is one of the option's; else ValueError."""
        for choice in self.values:
            if value is choice or (isinstance(value, str) and value == choice):
                return choice
        raise ValueError(f"{self.name}= takes {' or '.join(map(repr, self.values))}, got {value!r}")


class NamesOption(Option[tuple[str, ...] | None]):
    """An option that lists names; by default any name will do."""

    def __init__(self, decides: str) -> None:
        super().__init__((None,), decides)

    @property
    def help(self) -> str:
        """What the option decides, and how an ini file spells a list."""
        return f"{self.decides}, separated by commas"

    def check(self, value: object) -> tuple[str, ...] | None:
        """The names of a list, or of a string that separates them by commas or blanks; else ValueError."""
        if value is None:
            return None
        listed = value.replace(",", " ").split() if isinstance(value, str) else value
        names = tuple(listed) if isinstance(listed, Iterable) else ()
        if not names or not all(isinstance(name, str) for name in names):
            raise ValueError(f"{self.name}= takes a list of names, got {value!r}")
        return names


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


class Settings:
    """How strict a fake is, and how it is reached. ValueError names an unknown option, or a value that is none."""

    unscripted = Option[Unscripted](get_args(Unscripted), "what a request gets that is not scripted, once something is")
    unused = Option[Unused](get_args(Unused), "whether a scripted reply that nobody asks for fails the test")
    validation = Option[Validation](
        get_args(Validation),
        "what becomes of a request that OpenAI would refuse, and of a reply that does not fit its request",
    )
    guard = Option[bool]((True, False), "whether looking up OpenAI's own hosts fails")
    assume_exists = Option[bool]((False, True), "whether every id that a request names exists")
    transport = Option[Transport](get_args(Transport), "how requests come here")
    models = NamesOption("the only models there are")
    api_keys = NamesOption("the only keys that are good")

    def __init__(self, **values: Any) -> None:
        fields = options()
        for name, value in values.items():
            if name not in fields:
                raise ValueError(_unknown(name, list(fields)))
            self.__dict__[name] = fields[name].check(value)

    def knows_model(self, name: str) -> bool:
        """Whether there is a model of this name."""
        return self.models is None or name in self.models

    def knows_key(self, key: str) -> bool:
        """Whether this API key is good."""
        return self.api_keys is None or key in self.api_keys


def options() -> dict[str, Option[Any]]:
    """The options by name, in the order in which texts list them."""
    return {name: option for name, option in vars(Settings).items() if isinstance(option, Option)}


def _unknown(name: str, names: list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, names, n=1)
    hint = f"; did you mean {near[0]}=?" if near else "."
    return f"fake_openai has no option {name!r}{hint} Its options are {', '.join(names)}."
