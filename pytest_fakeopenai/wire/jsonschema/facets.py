"""The facets of a value: the schemas that it has to fit all at once, with the choices among alternatives made."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

from ..json_values import as_dict, as_list, is_finite
from .schema import is_additional, types

Facets = list[dict[str, object]]

# The type that a schema without one is about, by what else it says; anything else is about a string.
_TYPE_OF = {
    **dict.fromkeys(("properties", "required", "additionalProperties"), "object"),
    **dict.fromkeys(("items", "prefixItems", "minItems", "maxItems"), "array"),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), "number"),
}


def choices(schema: dict[str, object]) -> Iterator[tuple[object, ...]]:
    """Every way to pick one alternative of anyOf and one of oneOf; those that are not null come first."""
    alternatives = [as_list(schema.get(keyword)) for keyword in ("anyOf", "oneOf")]
    return itertools.product(*(sorted(each, key=_is_null) for each in alternatives if each))


def _is_null(schema: object) -> bool:
    return types(as_dict(schema).get("type")) == ["null"]


def arguments(facets: Facets, keyword: str) -> list[object]:
    """The arguments that the facets give a keyword."""
    return [facet[keyword] for facet in facets if keyword in facet]


def numbers(facets: Facets, keyword: str) -> list[int | float]:
    """The arguments of a keyword that are numbers."""
    return [each for each in arguments(facets, keyword) if is_finite(each)]


def least(facets: Facets, keyword: str) -> int:
    """The largest of the lower bounds that a keyword sets; 0 without one."""
    return max([0, *map(math.ceil, numbers(facets, keyword))])


def refs(facets: Facets) -> frozenset[str]:
    """The $refs that lead to the facets."""
    return frozenset(each for each in arguments(facets, "$ref") if isinstance(each, str))


def kinds(facets: Facets) -> list[str]:
    """The types to try, the likeliest first; that each facet allows it is only checked on the value."""
    named = [name for allowed in arguments(facets, "type") for name in types(allowed)]
    hinted = [kind for keyword, kind in _TYPE_OF.items() if arguments(facets, keyword)]
    every = named or [*hinted, "string", "object", "array", "number", "boolean", "null"]
    return sorted(dict.fromkeys(every), key="null".__eq__)


def property_schema(facet: dict[str, object], name: str) -> object:
    """The schema that a facet has for a property, None where it has none."""
    if is_additional(facet, name):
        return facet.get("additionalProperties")
    return as_dict(facet.get("properties")).get(name)


def item_schema(facet: dict[str, object], i: int) -> object:
    """The schema that a facet has for an item of an array, None where it has none."""
    prefix = as_list(facet.get("prefixItems"))
    return prefix[i] if i < len(prefix) else facet.get("items")
