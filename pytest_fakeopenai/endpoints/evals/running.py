"""Running an eval: this same server makes the samples, then the testing criteria are applied to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...pipeline.callables import in_thread
from ...pipeline.context import RequestContext
from ...pipeline.dispatch import Outcome, dispatch
from ...pipeline.tasks import BackgroundTask
from ...wire.evaluation.templates import Unresolved
from ...wire.protocol import sse
from ...wire.protocol.call import Json
from . import samples
from .output_items import Sampled, error, output_item, totals
from .sources import Row

_SETTINGS = ("temperature", "top_p", "tools", "reasoning_effort")
_CHAT_SETTINGS = (*_SETTINGS, "seed", "max_completion_tokens", "response_format")


class EvalRun:
    """A run under way: `items` are the output items, without ids, once all of them are made."""

    def __init__(self, context: RequestContext, criteria: Sequence[Json], source: Json, rows: Sequence[Row]) -> None:
        self._context = context
        self._criteria = criteria
        self._source = source
        self._rows = rows
        self.items: list[Json] = []
        self._task = BackgroundTask(context.world, self._run)

    @property
    def total(self) -> int:
        """The number of rows."""
        return len(self._rows)

    @property
    def is_done(self) -> bool:
        """Whether every row has its output item."""
        return self._task.is_done

    async def settle(self) -> None:
        """Wait until the run has ended, or halts as one of its replies prescribes."""
        await self._task.settle()

    def cancel(self) -> None:
        """End the run: no further request is made."""
        self._task.cancel()

    def totals(self) -> Json:
        """The run's fields that count its output items."""
        return totals(self._criteria, self.items)

    async def _run(self) -> None:
        sampled = [await self._sample(row) for row in self._rows]
        settings = self._source.get("sampling_params") or {}
        self.items = await in_thread(
            lambda: [output_item(place, each, self._criteria, settings) for place, each in enumerate(sampled)]
        )

    async def _sample(self, row: Row) -> Sampled:
        """A row with the sample that a model makes for it, or that it came with where the run has no model."""
        template = self._source.get("input_messages")
        if self._source.get("type") not in ("completions", "responses") or not isinstance(template, dict):
            return Sampled(row, [], row.sample, None)
        try:
            messages = _messages(template, row.item)
        except Unresolved as unknown:
            return Sampled(row, [], None, error("invalid_template", f"There is no {unknown} in the item."))
        outcome = await dispatch(self._context, *self._request(messages), self._task.halt)
        self._task.go_on()
        return Sampled(row, messages, *_sample_or_error(outcome))

    def _request(self, messages: list[Json]) -> tuple[str, bytes]:
        """The path and the body of the request for a sample."""
        params: Json = self._source.get("sampling_params") or {}
        model = self._source.get("model")
        if self._source["type"] == "completions":
            settings = {name: params[name] for name in _CHAT_SETTINGS if name in params}
            body = {"model": model, "messages": [*map(samples.for_chat, messages)], **settings}
            return "/v1/chat/completions", sse.compact(body)
        input_ = [*map(samples.for_responses, messages)]
        body = {"model": model, "input": input_, "store": False, **_response_settings(params)}
        return "/v1/responses", sse.compact(body)


def _sample_or_error(outcome: Outcome) -> tuple[Json | None, Json | None]:
    """The sample of an answer, or the error for which there is none."""
    try:
        body = sse.parse(outcome.body)
    except ValueError:
        return None, error("server_error", "The model gave no answer.")
    if outcome.status == 200:
        return samples.from_answer(body), None
    refusal = body["error"]
    return None, error(refusal["code"] or refusal["type"], refusal["message"])


def _response_settings(params: Json) -> Json:
    """The sampling parameters by the names that they have in Responses."""
    settings: Json = {name: params[name] for name in ("temperature", "top_p", "tools", "text") if name in params}
    if "max_completion_tokens" in params:
        settings["max_output_tokens"] = params["max_completion_tokens"]
    if params.get("reasoning_effort") is not None:
        settings["reasoning"] = {"effort": params["reasoning_effort"]}
    return settings


def _messages(template: Json, item: Json) -> list[Json]:
    """The messages to a model: those of a template, or those that the item holds where the template names them.

    Raises Unresolved for a variable, or a field, that the item does not have.
    """
    variables = {"item": item}
    if template.get("type") != "item_reference":
        return _objects(samples.rendered(template.get("template"), variables))
    value: Any = variables
    for step in str(template.get("item_reference")).split("."):
        value = value.get(step) if isinstance(value, dict) else None
    if not isinstance(value, list):
        raise Unresolved(template.get("item_reference"))
    return _objects(value)


def _objects(value: Any) -> list[Json]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
