from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pytest_fakeopenai.wire.jsonschema.validation import validation_error

often = settings(max_examples=150, deadline=None, derandomize=True, database=None)

REF = {"$defs": {"A": {"type": "string"}}, "$ref": "#/$defs/A"}
CLOSED = {"properties": {"a": {"type": "string"}}, "additionalProperties": False}
PATTERNED = {"patternProperties": {"^x-": {}, "(": {}}, "additionalProperties": False}
PAIR = {"prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False}
EITHER = {"anyOf": [{"type": "string"}, {"type": "null"}]}
ONE = {"oneOf": [{"type": "string"}, {"minLength": 2}]}
NAMED = {"properties": {"a b": {"type": "null"}}}
POINTER = {"$ref": "#/x~1y/0/%25/~0", "x/y": [{"%": {"~": {"type": "null"}}}]}
OTHERS = {"additionalProperties": {"type": "null"}}
NODE: dict[str, object] = {"required": ["v"], "properties": {"v": {"type": "integer"}, "next": {"$ref": "#"}}}

# keyword by keyword: a schema, a value that fits, one that does not, and what is said of that one
KEYWORDS = [
    ({"type": "string"}, "a", 3, "$: expected a string, got 3"),
    ({"type": "object"}, {}, [], "$: expected an object, got []"),
    ({"type": "array"}, [], {}, "$: expected an array, got {}"),
    ({"type": "integer"}, 1.0, 1.5, "$: expected an integer, got 1.5"),
    ({"type": "integer"}, 1, True, "$: expected an integer, got True"),
    ({"type": "integer"}, -0.0, float("inf"), "$: expected an integer, got inf"),
    ({"type": "number"}, 1.5, False, "$: expected a number, got False"),
    ({"type": "boolean"}, True, 1, "$: expected a boolean, got 1"),
    ({"type": "null"}, None, 0, "$: expected null, got 0"),
    ({"type": ["string", "null"]}, None, 3, "$: expected a string or null, got 3"),
    ({"const": 1}, 1.0, True, "$: expected 1, got True"),
    ({"const": {"a": [True]}}, {"a": [True]}, {"a": [1]}, "$: expected {'a': [True]}, got {'a': [1]}"),
    ({"const": None}, None, {}, "$: expected None, got {}"),
    ({"enum": ["celsius", "fahrenheit"]}, "celsius", "kelvin", "$: 'kelvin' is not one of 'celsius', 'fahrenheit'"),
    ({"enum": [0, None]}, 0.0, False, "$: False is not one of 0, None"),
    ({"required": ["city"]}, {"city": 1}, {}, "$: missing required property 'city'"),
    ({"properties": {"a": {"type": "null"}}}, {"b": 1}, {"a": 1}, "$.a: expected null, got 1"),
    (NAMED, {}, {"a b": 1}, "$['a b']: expected null, got 1"),
    (CLOSED, {"a": ""}, {"x": 1}, "$: property 'x' is not in the schema"),
    (PATTERNED, {"x-a": 1}, {"y-a": 1}, "$: property 'y-a' is not in the schema"),
    (OTHERS, {"a": None}, {"a": 1}, "$.a: expected null, got 1"),
    ({"items": {"type": "null"}}, [None], [None, 1], "$[1]: expected null, got 1"),
    (PAIR, ["a", 1], ["a", "b"], "$[1]: expected an integer, got 'b'"),
    (PAIR, ["a"], ["a", 1, 2], "$[2]: the schema allows nothing here"),
    ({"minItems": 2}, [1, 2], [1], "$: expected a length of at least 2, got [1]"),
    ({"maxItems": 1}, [1], [1, 2], "$: expected a length of at most 1, got [1, 2]"),
    ({"minLength": 2}, "ab", "a", "$: expected a length of at least 2, got 'a'"),
    ({"maxLength": 1}, "a", "ab", "$: expected a length of at most 1, got 'ab'"),
    ({"pattern": "^[A-Z]$"}, "A", "a", "$: 'a' does not match pattern '^[A-Z]$'"),
    ({"pattern": "[[&&]"}, "&", "a", "$: 'a' does not match pattern '[[&&]'"),
    ({"minimum": 1}, 1, 0.5, "$: expected at least 1, got 0.5"),
    ({"maximum": 1}, 1, 2, "$: expected at most 1, got 2"),
    ({"exclusiveMinimum": 1}, 1.5, 1, "$: expected more than 1, got 1"),
    ({"exclusiveMaximum": 1}, 0, 1, "$: expected less than 1, got 1"),
    ({"multipleOf": 5}, 10, 7, "$: expected a multiple of 5, got 7"),
    ({"multipleOf": 0.1}, 0.3, 0.35, "$: expected a multiple of 0.1, got 0.35"),
    ({"multipleOf": 0.5}, 10**30, float("inf"), "$: expected a multiple of 0.5, got inf"),
    (REF, "a", 1, "$: expected a string, got 1"),
    (POINTER, None, 1, "$: expected null, got 1"),
    (NODE, {"v": 1, "next": {"v": 1}}, {"v": 1, "next": {}}, "$.next: missing required property 'v'"),
    ({"allOf": [{"type": "string"}, {"minLength": 1}]}, "a", "", "$: expected a length of at least 1, got ''"),
    (EITHER, None, 3, "$: fits none of the 2 alternatives (expected a string, got 3; expected null, got 3)"),
    ({"anyOf": [{"type": "null"}]}, None, 3, "$: expected null, got 3"),
    (ONE, "a", "ab", "$: fits 2 alternatives, expected exactly one"),
    ({"oneOf": [{"type": "string"}]}, "a", 3, "$: expected a string, got 3"),
    ({"properties": {"a": False}}, {}, {"a": 1}, "$.a: the schema allows nothing here"),
]


@pytest.mark.parametrize(("schema", "good", "bad", "problem"), KEYWORDS)
def test_each_keyword(schema: object, good: object, bad: object, problem: str) -> None:
    assert validation_error(good, schema) is None
    assert validation_error(bad, schema) == problem


@pytest.mark.parametrize(
    "schema",
    [
        True,
        None,
        [],
        "string",
        {},
        {"title": "T", "default": 3, "format": "date"},
        {"type": "text"},
        {"type": ["null", "text"]},
        {"type": []},
        {"type": {}},
        {"enum": "abc"},
        {"required": "name"},
        {"required": [1, None]},
        {"properties": ["a"], "additionalProperties": "no"},
        {"items": [{"type": "null"}], "prefixItems": {}},
        {"minLength": "1", "maxLength": True, "pattern": 3},
        {"minLength": float("nan"), "maxLength": float("-inf")},
        {"pattern": "("},
        {"pattern": "a{99999999999999}"},
        {"pattern": "(?aL)a"},
        {"multipleOf": 0},
        {"$ref": "#/$defs/None"},
        {"$ref": "#/a/-1", "a": [False]},
        {"$ref": "#a"},
        {"$ref": "https://example.com/schema"},
        {"$ref": 3},
        {"anyOf": [], "oneOf": {}, "allOf": None},
    ],
)
@pytest.mark.parametrize("value", ["text", 7, {"name": []}, [1]])
def test_what_says_nothing_fits_everything(schema: object, value: object) -> None:
    assert validation_error(value, schema) is None


@pytest.mark.parametrize("value", [1, "1", None, [], {}])
def test_keywords_for_another_type_say_nothing(value: object) -> None:
    others = {
        int: {"minLength": 9, "minItems": 9, "required": ["a"], "pattern": "a", "items": False},
        str: {"minimum": 9, "multipleOf": 9, "minItems": 9, "required": ["a"], "items": False},
        list: {"minimum": 9, "minLength": 9, "required": ["a"], "additionalProperties": False},
        dict: {"minimum": 9, "minLength": 9, "minItems": 9, "items": False},
    }
    assert validation_error(value, others.get(type(value), {})) is None


def test_a_path_leads_to_the_fault() -> None:
    step = {"properties": {"output": {"type": "string"}}}
    schema = {"properties": {"steps": {"items": {"$ref": "#/$defs/step"}}}, "$defs": {"step": step}}
    assert validation_error({"steps": [{"output": 3}]}, schema) == "$.steps[0].output: expected a string, got 3"


def test_a_missing_property_is_named_before_an_unknown_one() -> None:
    schema = {"properties": {"city": {}}, "required": ["city"], "additionalProperties": False}
    assert validation_error({"town": 1}, schema) == "$: missing required property 'city'"


def test_a_long_value_is_cut() -> None:
    problem = validation_error("x" * 1000, {"type": "null"})
    assert problem is not None
    assert problem.startswith("$: expected null, got 'xxx")
    assert problem.endswith("x…")
    assert len(problem) < 120


def test_a_number_too_long_to_print() -> None:
    assert validation_error(10**5000, {"type": "null"}) == "$: expected null, got a number too long to print"


def test_recursion_is_reported() -> None:
    value: object = 1
    for _ in range(5000):
        value = [value]
    deep = "$: the schema or the value nests too deeply to be checked"
    assert validation_error(1, {"$ref": "#"}) == deep
    assert validation_error(value, {"items": {"$ref": "#"}}) == deep


# ---- against jsonschema

NAMES = st.sampled_from("abc")
NUMBERS = st.integers(-9, 9) | st.integers(-36, 36).map(lambda quarters: quarters / 4)
STRINGS = st.text("abAB01 ", max_size=4)
LEAVES = st.none() | st.booleans() | NUMBERS | STRINGS
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=6
)
PATTERNS = st.sampled_from(["^[a-z]+$", "[0-9]", r"^\w{2,3}$", "^(a|b)*$", "^$", "B$"])

Schemas = st.SearchStrategy[Any]


def keywords(**values: Schemas) -> Schemas:
    return st.fixed_dictionaries({}, optional=values)


def typed(name: str, **values: Schemas) -> Schemas:
    kinds = st.sampled_from([{"type": name}, {"type": [name, "null"]}, {"type": ["null", name]}, {}])
    return st.builds(lambda kind, rest: {**kind, **rest}, kinds, keywords(**values))


def simple_schemas() -> Schemas:
    lengths = st.integers(0, 5)
    bounds = dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), NUMBERS)
    return st.one_of(
        st.booleans(),
        typed("string", minLength=lengths, maxLength=lengths, pattern=PATTERNS),
        typed("number", multipleOf=st.sampled_from([0.25, 0.5, 1.5, 2, 3]), **bounds),
        typed("integer", multipleOf=st.sampled_from([0.5, 1.5, 2, 3]), **bounds),
        st.sampled_from([{"type": "boolean"}, {"type": "null"}]),
        st.builds(lambda each: {"enum": each}, st.lists(VALUES, min_size=1, max_size=3)),
        st.builds(lambda each: {"const": each}, VALUES),
    )


def compound_schemas(inner: Schemas) -> Schemas:
    # A $ref only ever stands inside an object or an array: one that leads back to itself there has no meaning.
    refs = st.sampled_from([{"$ref": "#"}, {"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}])
    within = inner | refs | st.builds(lambda ref: {"anyOf": [ref, {"type": "null"}]}, refs)
    several = st.lists(inner, min_size=1, max_size=3)
    members = {
        "properties": st.dictionaries(NAMES, within, max_size=3),
        "required": st.lists(NAMES, max_size=2, unique=True),
        "additionalProperties": within,
    }
    sizes = st.integers(0, 3)
    items = {"items": within, "prefixItems": st.lists(within, min_size=1, max_size=2)}
    return st.one_of(
        typed("object", **members),
        typed("array", minItems=sizes, maxItems=sizes, **items),
        st.sampled_from(["anyOf", "allOf", "oneOf"]).flatmap(
            lambda name: st.builds(lambda each: {name: each}, several)
        ),
    )


def schemas() -> Schemas:
    """Schemas in the subset, with $refs to themselves and to two definitions."""
    parts = st.recursive(simple_schemas(), compound_schemas, max_leaves=5)
    roots = parts.filter(lambda schema: isinstance(schema, dict))
    return st.builds(lambda root, a, b: {**root, "$defs": {"a": a, "b": b}}, roots, parts, parts)


@often
@given(schemas(), VALUES)
def test_agrees_with_jsonschema(schema: dict[str, Any], value: Any) -> None:
    error = validation_error(value, schema)
    assert (error is None) == Draft202012Validator(schema).is_valid(value), error


WORDS = [
    *("type", "string", "object", "array", "number", "integer", "boolean", "null", "const", "enum", "format", "date"),
    *("properties", "required", "additionalProperties", "patternProperties", "items", "prefixItems"),
    *("minItems", "maxItems", "minLength", "maxLength", "pattern", "^a+$", "[[a]", "(a|b){2}", "("),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("anyOf", "oneOf", "allOf", "$ref", "#", "#/$defs", "#/properties/type", "$defs"),
]


def anything() -> Schemas:
    """Any JSON, rich in the words of schemas."""
    texts = st.sampled_from(WORDS) | st.text(string.printable, max_size=6)
    scalars = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats() | texts
    return st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=5), max_leaves=20
    )


@often
@given(anything(), anything())
def test_any_json_is_a_schema(schema: object, value: object) -> None:
    problem = validation_error(value, schema)
    assert problem is None or problem.startswith("$")
