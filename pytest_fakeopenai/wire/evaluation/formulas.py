"""Formulas over the scores of several graders: `0.8 * exact + 0.2 * min(length, 1)`.

Reference: https://platform.openai.com/docs/guides/graders
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

_BINARY: dict[type[ast.operator], Callable[[Any, Any], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], float]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}
_FUNCTIONS: dict[str, Callable[..., float]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "floor": math.floor,
    "ceil": math.ceil,
    "exp": math.exp,
    "sqrt": math.sqrt,
    "log": math.log,
}
_LONGEST = 1000


class FormulaError(ValueError):
    """A text is no formula, or has no finite value."""


def evaluate(formula: str, scores: Mapping[str, float]) -> float:
    """The value of a formula in which each score stands under its name; raises FormulaError where it has none."""
    if len(formula) > _LONGEST:
        raise FormulaError("the formula is too long")
    try:
        value = float(_value(ast.parse(formula.strip().replace("^", "**"), mode="eval").body, scores))
    except FormulaError:
        raise
    except (SyntaxError, ValueError, TypeError, ArithmeticError, RecursionError, MemoryError) as error:
        raise FormulaError(str(error)) from None
    if not math.isfinite(value):
        raise FormulaError("the value is not finite")
    return value


def _value(node: ast.expr, scores: Mapping[str, float]) -> float:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return float(node.value)  # type: ignore[arg-type]  # it is a number
    if isinstance(node, ast.Name) and node.id in scores:
        return scores[node.id]
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        return _BINARY[type(node.op)](_value(node.left, scores), _value(node.right, scores))
    if isinstance(node, ast.UnaryOp) and type(node.op) in _UNARY:
        return _UNARY[type(node.op)](_value(node.operand, scores))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS:
        return _FUNCTIONS[node.func.id](*(_value(each, scores) for each in node.args))
    raise FormulaError(f"'{ast.unparse(node)}' cannot be computed")
