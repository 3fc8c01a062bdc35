"""Why a request has no reply, as a developer reads it."""

from __future__ import annotations

from collections.abc import Iterator

from ..settings import Settings
from .request import RecordedRequest
from .script import Queue, Rule, Script
from .summaries import show_entry, show_request

# How much of a long script a message shows.
_MOST_RULES = 20
_MOST_REPLIES = 10


def miss(request: RecordedRequest, script: Script) -> str:
    """Why a request has no reply: what came, what was on offer, what was used up, what to do."""
    lines = [
        f"fake_openai has no reply for request {request.number}: {show_request(request)}.",
        "On offer:",
        *_rules(request, script.rules),
        f"  script: {'' if script.queue.used else 'nothing was ever queued, '}no reply left",
        *_stock(script.queue),
        "Script one more reply, answer all others with fake_openai.otherwise(…), or let them echo: "
        f"{Settings.unscripted.switch('echo')}.",
    ]
    return "\n".join(lines)


def _rules(request: RecordedRequest, rules: list[Rule]) -> Iterator[str]:
    """Each rule, why it does not answer the request, and its replies."""
    if len(rules) > _MOST_RULES:
        yield f"  (the first {_MOST_RULES} of {len(rules)} rules)"
    for rule in rules[:_MOST_RULES]:
        difference = rule.conditions.difference(request)
        yield f"  rule {rule!r}: {difference or 'matches, but has no reply left'}"
        yield from _stock(rule.queue)
        if rule.constant is not None:
            yield f"    always: {show_entry(rule.constant)}"


def _stock(queue: Queue) -> Iterator[str]:
    """The next replies and those that were used last."""
    for entry in list(queue.waiting)[:_MOST_REPLIES]:
        yield f"    waiting: {show_entry(entry)}"
    if len(queue.waiting) > _MOST_REPLIES:
        yield f"    waiting: {len(queue.waiting) - _MOST_REPLIES} more"
    if len(queue.used) > _MOST_REPLIES:
        yield f"    used before: {len(queue.used) - _MOST_REPLIES} more"
    for entry, number in queue.used[-_MOST_REPLIES:]:
        yield f"    used by request {number}: {show_entry(entry)}"
