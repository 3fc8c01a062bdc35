"""The names that operations go by, and which of them a condition on the endpoint means."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping

from ..endpoints import discover, family_of, operations
from ..pipeline.operation import Operation
from ..sdk.catalogue import anonymous, catalogue
from ..sdk.method_names import operation_behind

_MOST_SUGGESTIONS = 5
_CREATE = ".create"
# What stands before the method where the client hands out the answer as it is.
_VIEW = re.compile(r"\bwith_(?:raw|streaming)_response\.(?=\w+$)")


class EndpointNames:
    """The names of an API's operations: the client's attribute paths, with or without `beta.` and `.create`.

    A family is loaded when one of its names is asked for, the SDK's source is searched where no family has the name.
    `further` are the operations beside the API's own.
    """

    def __init__(self, further: Iterable[Operation] = ()) -> None:
        self._endpoints: dict[str, str] = {}
        self._add(further)

    def resolve(self, name: str) -> str:
        """The endpoint, as requests are recorded with it, that a name means; ValueError where it means none."""
        key = _key(name)
        for load in (self._load_family, self._load_method, self._load_helper, self._load_all):
            if key in self._endpoints:
                break
            load(key)
        if key not in self._endpoints:
            raise ValueError(_unknown(name, self._endpoints))
        return self._endpoints[key]

    def _add(self, operations: Iterable[Operation]) -> None:
        self._endpoints.update({name: each.endpoint for each in operations for name in _spellings(each)})

    def _load_family(self, key: str) -> None:
        """Learn the names of the family whose URLs begin as the name does."""
        if family := family_of(key.replace(".", "/")):
            self._add(operations(family))

    def _load_method(self, key: str) -> None:
        """Learn the name of a method of the SDK: the operation of a family that answers its request, or its own."""
        method = catalogue().named(key) or catalogue().named(f"{key}{_CREATE}")
        if method is None:
            return
        family = family_of(method.path)
        own = (each for each in (operations(family) if family else ()) if each.method == method.verb)
        answering = (each.endpoint for each in own if anonymous(each.path) == anonymous(method.path))
        self._endpoints[key] = next(answering, method.name)

    def _load_helper(self, key: str) -> None:
        """Learn the name of a helper method, as `parse` is: the operation that it begins with."""
        if (begun := operation_behind(key)) is not None:
            self._endpoints[key] = self.resolve(begun)

    def _load_all(self, key: str) -> None:
        """Learn the names of all families."""
        self._add(discover())


def _key(name: str) -> str:
    """A name without what makes no difference, whatever it names."""
    return _VIEW.sub("", name).removeprefix("beta.")


def _spellings(operation: Operation) -> Iterator[str]:
    """The names of an operation: one that creates is called as its resource is as well, or the other way round."""
    name = operation.endpoint
    yield name
    if name.endswith(_CREATE):
        yield name.removesuffix(_CREATE)
    elif operation.method == "POST" and operation.path == f"/{name.replace('.', '/')}":
        yield f"{name}{_CREATE}"


def _unknown(name: str, endpoints: Mapping[str, str]) -> str:
    """Why a name is refused, with those that may be meant."""
    near = ", ".join(map(repr, _near(_key(name), endpoints)))
    meant = f"; did you mean {near}?" if near else "."
    return (
        f"endpoint={name[:100]!r} names no operation{meant} Operations are named as the client's methods are, with or "
        "without .create: 'chat.completions', 'files.list'. A compiled pattern is searched in the name."
    )


def _near(key: str, endpoints: Mapping[str, str]) -> list[str]:
    """The operations of the resource of this name, or else those whose names are near."""
    spellings = {**{method.name: method.name for method in catalogue()}, **endpoints}
    within = {endpoint for spelling, endpoint in spellings.items() if spelling.startswith(f"{key}.")}
    near = sorted(within) or [spellings[each] for each in difflib.get_close_matches(key, spellings, n=3)]
    return list(dict.fromkeys(near))[:_MOST_SUGGESTIONS]
