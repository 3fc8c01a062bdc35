"""Decisions: a probability, a choice or a score for each question about an input.

They come of the words that a question and its alternatives share with the input; a rule says anything else.
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
from ..pipeline.validation import enforce, read_body, wrong_models
from ..replies.faults import ApiError
from ..wire import tokens
from ..wire.contract import Violation
from ..wire.evaluation.similarity import Indexed, Query
from ..wire.protocol import errors, sse
from ..wire.protocol.call import Fields, Json

_MOST = 400
_SHARPNESS = 8.0  # how much more likely an alternative is for being alike
_DIGITS = 4


async def decide(context: RequestContext) -> Json:
    """`POST /decisions`: an answer to each question, in their order."""
    body = await read_body(context)
    given = Fields(body)
    model, questions = given.string("model"), given.objects("questions")
    if not model:
        raise errors.missing_parameter("model")
    enforce(context, lambda: wrong_models(context, model))
    enforce(context, lambda: map(Violation, _problems(questions)))
    text = _text(body.get("input"))
    answers = await in_thread(lambda: [*_answers(text, questions)])
    read = await in_thread(lambda: tokens.count(text + sse.compact(questions).decode(), model))
    return {"model": model, "answers": answers, "usage": _usage(read)}


def _problems(questions: Sequence[Json]) -> Iterator[ApiError]:
    if not questions:
        yield errors.empty_array("questions")
    if len(questions) > _MOST:
        yield errors.array_too_long("questions", len(questions), _MOST)
    for place, question in enumerate(questions):
        for name in ("choices", "levels"):
            if question.get(name) == []:
                yield errors.empty_array(f"questions[{place}].{name}")


def _usage(read: int) -> Json:
    return {
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": 0,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": read,
    }


def _answers(text: str, questions: Sequence[Json]) -> Iterator[Json]:
    about = Indexed(text)
    for question in questions:
        kind = question.get("type")
        answer = _KINDS[kind](about, question) if isinstance(kind, str) and kind in _KINDS else None
        yield {"type": kind if answer else "refusal", "name": question.get("name"), **(answer or {})}


def _predicate(about: Indexed, question: Json) -> Json:
    return {"probability": round(0.05 + 0.9 * _likeness(about, _text(question.get("instructions"))), _DIGITS)}


def _choice(about: Indexed, question: Json) -> Json | None:
    """The value that is most alike to the input; of equals the first."""
    choices = Fields(question).objects("choices")
    odds = _odds([_likeness(about, _alternative(each, "value")) for each in choices])
    if not odds:
        return None
    best = odds.index(max(odds))
    return {
        "choice": choices[best].get("value"),
        "confidence": odds[best],
        "probabilities": [
            {"value": each.get("value"), "probability": chance} for each, chance in zip(choices, odds, strict=True)
        ],
    }


def _score(about: Indexed, question: Json) -> Json | None:
    """The mean of the levels, which count from 1, each weighed by its probability."""
    levels = Fields(question).objects("levels")
    odds = _odds([_likeness(about, _alternative(each, "label")) for each in levels])
    if not odds:
        return None
    return {
        "score": round(sum(place * chance for place, chance in enumerate(odds, 1)) / sum(odds), _DIGITS),
        "confidence": max(odds),
        "probabilities": [
            {"value": place, "label": str(each.get("label")), "probability": chance}
            for place, (each, chance) in enumerate(zip(levels, odds, strict=True), 1)
        ],
    }


_KINDS: dict[str, Callable[[Indexed, Json], Json | None]] = {
    "predicate": _predicate,
    "choice": _choice,
    "score": _score,
}


def _alternative(given: Json, name: str) -> str:
    return f"{given.get(name)} {given.get('description') or ''}".strip()


def _likeness(about: Indexed, text: str) -> float:
    return about.score(Query(text)) if text else 0.0


def _odds(likenesses: Sequence[float]) -> list[float]:
    """Probabilities that grow with likeness."""
    weights = [math.exp(_SHARPNESS * each) for each in likenesses]
    return [round(weight / sum(weights), _DIGITS) for weight in weights]


def _text(content: Any) -> str:
    """Every text in an input: that of messages, calls, their outputs and JSON."""
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
