"""Decisions: a probability, a choice or a score for each question about an input.

They follow from the words that a question and its alternatives share with the input; for other answers script a rule.
Reference: https://platform.openai.com/docs/api-reference/decisions
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..pipeline.callables import in_thread
from ..pipeline.context import RequestContext
from ..pipeline.operate import operate
from ..pipeline.operation import Operation
from ..pipeline.validation import enforce, model_errors, named_model, read_body, wrong_models
from ..replies.faults import ApiError
from ..wire import tokens
from ..wire.contract import Violation
from ..wire.evaluation.similarity import Indexed, Query
from ..wire.json_values import Fields
from ..wire.protocol import errors, sse
from ..wire.protocol.call import Json

_MAX_QUESTIONS = 400
_SHARPNESS = 8.0  # how much a similarity raises the probability of an alternative
_DIGITS = 4


async def decide(context: RequestContext) -> Json:
    """`POST /decisions`: {`model`, `answers`, `usage`}, with an answer for each question, in their order.

    Reference: https://platform.openai.com/docs/api-reference/decisions/create
    """
    body = await read_body(context)
    fields = Fields(body)
    enforce(context, lambda: map(Violation, model_errors(context, body)))
    model, questions = named_model(context, body), fields.objects("questions")
    enforce(context, lambda: wrong_models(context, model))
    enforce(context, lambda: map(Violation, _problems(questions)))
    text = _text(body.get("input"))
    answers = await in_thread(lambda: [*_answers(text, questions)])
    input_tokens = await in_thread(lambda: tokens.count(text + sse.compact(questions).decode(), model))
    return {"model": model, "answers": answers, "usage": _usage(input_tokens)}


def _problems(questions: Sequence[Json]) -> Iterator[ApiError]:
    if not questions:
        yield errors.empty_array("questions")
    if len(questions) > _MAX_QUESTIONS:
        yield errors.array_too_long("questions", len(questions), _MAX_QUESTIONS)
    for place, question in enumerate(questions):
        for name in ("choices", "levels"):
            if question.get(name) == []:
                yield errors.empty_array(f"questions[{place}].{name}")


def _usage(input_tokens: int) -> Json:
    return {
        "input_tokens": input_tokens,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": 0,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": input_tokens,
    }


def _answers(text: str, questions: Sequence[Json]) -> Iterator[Json]:
    indexed = Indexed(text)
    for question in questions:
        kind = question.get("type")
        answer = _ANSWERS[kind](indexed, question) if isinstance(kind, str) and kind in _ANSWERS else None
        yield {"type": kind if answer else "refusal", "name": question.get("name"), **(answer or {})}


def _predicate(indexed: Indexed, question: Json) -> Json:
    return {"probability": round(0.05 + 0.9 * _similarity(indexed, _text(question.get("instructions"))), _DIGITS)}


def _choice(indexed: Indexed, question: Json) -> Json | None:
    """The choice that is most similar to the input, of equals the first; None without choices."""
    choices = Fields(question).objects("choices")
    probabilities = _probabilities([_similarity(indexed, _description(each, "value")) for each in choices])
    if not probabilities:
        return None
    chosen = probabilities.index(max(probabilities))
    return {
        "choice": choices[chosen].get("value"),
        "confidence": probabilities[chosen],
        "probabilities": [
            {"value": each.get("value"), "probability": probability}
            for each, probability in zip(choices, probabilities, strict=True)
        ],
    }


def _score(indexed: Indexed, question: Json) -> Json | None:
    """The mean of the levels, counted from 1 and weighted by their probabilities; None without levels."""
    levels = Fields(question).objects("levels")
    probabilities = _probabilities([_similarity(indexed, _description(each, "label")) for each in levels])
    if not probabilities:
        return None
    total = sum(place * probability for place, probability in enumerate(probabilities, 1))
    return {
        "score": round(total / sum(probabilities), _DIGITS),
        "confidence": max(probabilities),
        "probabilities": [
            {"value": place, "label": str(each.get("label")), "probability": probability}
            for place, (each, probability) in enumerate(zip(levels, probabilities, strict=True), 1)
        ],
    }


_ANSWERS: dict[str, Callable[[Indexed, Json], Json | None]] = {
    "predicate": _predicate,
    "choice": _choice,
    "score": _score,
}


def _description(alternative: Json, name: str) -> str:
    return f"{alternative.get(name)} {alternative.get('description') or ''}".strip()


def _similarity(indexed: Indexed, text: str) -> float:
    return indexed.score(Query(text)) if text else 0.0


def _probabilities(similarities: Sequence[float]) -> list[float]:
    """Probabilities that grow with the similarity and add up to 1, but for rounding."""
    weights = [math.exp(_SHARPNESS * each) for each in similarities]
    return [round(weight / sum(weights), _DIGITS) for weight in weights]


def _text(content: Any) -> str:
    """All text of an input: that of messages, calls, their outputs and JSON."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(filter(None, map(_text, content)))
    if not isinstance(content, dict):
        return ""
    if content.get("type") == "input_json":
        return sse.compact({name: value for name, value in content.items() if name != "type"}).decode()
    return "\n".join(filter(None, (_text(content.get(name)) for name in _TEXTS)))


_TEXTS = ("content", "text", "refusal", "name", "arguments", "input", "output")

ROUTES = [Operation("POST", "/decisions", "decisions.create", operate(decide))]
