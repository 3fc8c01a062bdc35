"""The work of one run: samples are made by this same server, and criteria applied to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ...pipeline.callables import in_thread
from ...pipeline.context import RequestContext
from ...pipeline.dispatch import dispatch
from ...pipeline.tasks import BackgroundTask
from ...wire.evaluation.graders import Grade, grade
from ...wire.evaluation.templates import Unresolved
from ...wire.protocol import sse
from ...wire.protocol.call import Json
from . import samples
from .sources import Row

_SETTINGS = ("temperature", "top_p", "tools", "reasoning_effort")
_OF_CHAT = (*_SETTINGS, "seed", "max_completion_tokens", "response_format")


class Sampled(NamedTuple):
    """A row with its sample: what was asked for it, and what went wrong."""

    row: Row
    asked: list[Json]
    sample: Json | None
    error: Json | None


class Work:
    """A run under way: `items` are the output items, as far as they are made, without ids."""

    def __init__(self, context: RequestContext, criteria: Sequence[Json], source: Json, rows: Sequence[Row]) -> None:
        self._context = context
        self._criteria = criteria
        self._source = source
        self._rows = rows
        self.items: list[Json] = []
        self._task = BackgroundTask(context.world, self._work)

    @property
    def total(self) -> int:
        """The number of rows."""
        return len(self._rows)

    @property
    def is_done(self) -> bool:
        """Whether every row has its output item."""
        return self._task.is_done

    async def settle(self) -> None:
        """Wait until the run has ended, or waits as one of its replies prescribes."""
        await self._task.settle()

    def cancel(self) -> None:
        """Make no further request."""
        self._task.cancel()

    async def _work(self) -> None:
        sampled = [await self._sampled(row) for row in self._rows]
        self.items = await in_thread(lambda: [self._item(place, each) for place, each in enumerate(sampled)])

    async def _sampled(self, row: Row) -> Sampled:
        template = self._source.get("input_messages")
        if self._source.get("type") not in ("completions", "responses") or not isinstance(template, dict):
            return Sampled(row, [], row.sample, None)
        try:
            asked = _messages(template, row.item)
        except Unresolved as unknown:
            return Sampled(row, [], None, _error("invalid_template", f"There is no {unknown} in the item."))
        outcome = await dispatch(self._context, *self._request(asked), self._task.halt)
        self._task.go_on()
        try:
            body = sse.parse(outcome.body)
        except ValueError:
            return Sampled(row, asked, None, _error("server_error", "The model gave no answer."))
        if outcome.status == 200:
            return Sampled(row, asked, samples.said(body), None)
        told = body["error"]
        return Sampled(row, asked, None, _error(told["code"] or told["type"], told["message"]))

    def _request(self, asked: list[Json]) -> tuple[str, bytes]:
        """The path and the body of the request for a sample."""
        given: Json = self._source.get("sampling_params") or {}
        model = self._source.get("model")
        if self._source["type"] == "completions":
            body = {
                "model": model,
                "messages": [*map(samples.chatted, asked)],
                **{name: given[name] for name in _OF_CHAT if name in given},
            }
            return "/v1/chat/completions", sse.compact(body)
        settings: Json = {name: given[name] for name in ("temperature", "top_p", "tools", "text") if name in given}
        if "max_completion_tokens" in given:
            settings["max_output_tokens"] = given["max_completion_tokens"]
        if given.get("reasoning_effort") is not None:
            settings["reasoning"] = {"effort": given["reasoning_effort"]}
        return "/v1/responses", sse.compact(
            {"model": model, "input": [*map(samples.in_parts, asked)], "store": False, **settings}
        )

    def _item(self, place: int, sampled: Sampled) -> Json:
        names = {"item": sampled.row.item, **({"sample": sampled.sample} if sampled.sample is not None else {})}
        grades = [(each, Grade(0.0, False) if sampled.error else grade(each, names)) for each in self._criteria]
        asked = [samples.plain(message) for message in sampled.asked]
        return {
            "status": "pass" if all(made.passed for _, made in grades) else "fail",
            "datasource_item_id": place,
            "datasource_item": sampled.row.item,
            "results": [_result(criterion, made) for criterion, made in grades],
            "sample": samples.shown(
                sampled.sample, asked, self._source.get("sampling_params") or {}, _failure(sampled, grades)
            ),
        }

    def totals(self) -> Json:
        """What the run says of all its items."""
        errored = [item for item in self.items if item["sample"]["error"]]
        passed = sum(item["status"] == "pass" for item in self.items)
        return {
            "result_counts": {
                "total": len(self.items),
                "errored": len(errored),
                "failed": len(self.items) - len(errored) - passed,
                "passed": passed,
            },
            "per_model_usage": [*_usage(self.items)],
            "per_testing_criteria_results": [_tally(criterion, self.items) for criterion in self._criteria],
        }


def _messages(template: Json, item: Json) -> list[Json]:
    """The messages that a model is asked: a template filled in, or those that an item holds."""
    names = {"item": item}
    if template.get("type") != "item_reference":
        return _objects(samples.rendered(template.get("template"), names))
    steps = str(template.get("item_reference")).split(".")
    found: Any = names
    for step in steps:
        found = found.get(step) if isinstance(found, dict) else None
    if not isinstance(found, list):
        raise Unresolved(template.get("item_reference"))
    return _objects(found)


def _objects(value: Any) -> list[Json]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _error(code: str, message: str) -> Json:
    return {"code": code, "message": message}


def _failure(sampled: Sampled, grades: Sequence[tuple[Json, Grade]]) -> Json | None:
    """What went wrong with an item: its sample was not made, or a criterion could not be applied."""
    problem = next((made.problem for _, made in grades if made.problem), None)
    return sampled.error or (
        _error(problem, "A criterion names what the item or its sample lacks.") if problem else None
    )


def _result(criterion: Json, made: Grade) -> Json:
    return {
        "name": criterion["id"],
        "type": criterion["type"],
        "sample": None,
        "passed": made.passed,
        "score": made.score,
    }


def _tally(criterion: Json, items: Sequence[Json]) -> Json:
    results = [result for item in items for result in item["results"] if result["name"] == criterion["id"]]
    passed = sum(result["passed"] for result in results)
    return {"testing_criteria": criterion["id"], "passed": passed, "failed": len(results) - passed}


def _usage(items: Sequence[Json]) -> list[Json]:
    """The tokens that each model took."""
    made: dict[str, Json] = {}
    for sample in (item["sample"] for item in items if item["sample"]["usage"]["total_tokens"]):
        sums = made.setdefault(str(sample["model"]), {"model_name": sample["model"], "invocation_count": 0})
        sums["invocation_count"] += 1
        for name, count in sample["usage"].items():
            sums[name] = sums.get(name, 0) + count
    return [*made.values()]
