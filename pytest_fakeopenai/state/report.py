"""The texts a developer reads: why a request had no reply, what the verdict is, what was said in the test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..replies.faults import ApiError
from ..replies.reply import Reply
from ..settings import Settings
from .conditions import shorten
from .script import ScriptEntry

if TYPE_CHECKING:
    from .journal import RecordedRequest
    from .script import Queue, Script
    from .world import World

# How much of a long script a message shows.
_MOST_RULES = 20
_MOST_REPLIES = 10
_MOST_REQUESTS = 50


def show_entry(entry: object) -> str:
    """A reply on one line; a single part without its wrapping, a callable by its name."""
    if isinstance(entry, Reply) and repr(entry) == f"Reply({', '.join(map(repr, entry.parts))})":
        return shorten(", ".join(map(repr, entry.parts)) or "Reply()")
    if callable(entry) and not isinstance(entry, ApiError):
        return f"callable {getattr(entry, '__name__', repr(entry))}"
    return shorten(repr(entry))


def show_request(request: RecordedRequest) -> str:
    """A request on one line: what a rule could tell it by."""
    facts = [f"{request.method} {request.path}"]
    if request.model:
        facts.append(f"model {request.model!r}")
    if request.text:
        facts.append(f"text {shorten(request.text, 80)!r}")
    if request.tool_outputs:
        facts.append(f"tool results {', '.join(repr(shorten(text, 60)) for text in request.tool_outputs)}")
    if request.tool_names:
        facts.append(f"tools {', '.join(request.tool_names)}")
    if request.stream:
        facts.append("streamed")
    if request.attempt:
        facts.append(f"retry {request.attempt}")
    return ", ".join(facts)


def miss(request: RecordedRequest, script: Script) -> str:
    """Why a request has no reply: what came, what was on offer, what was used up, what to do."""
    lines = [
        f"fake_openai has no reply for request {request.number}: {show_request(request)}.",
        "On offer:",
        *_offers(request, script),
        "Script one more reply, answer all others with fake_openai.otherwise(…), or let them echo: "
        f"{Settings.unscripted.switch('echo')}.",
    ]
    return "\n".join(lines)


def _offers(request: RecordedRequest, script: Script) -> Iterator[str]:
    if len(script.rules) > _MOST_RULES:
        yield f"  (the first {_MOST_RULES} of {len(script.rules)} rules)"
    for rule in script.rules[:_MOST_RULES]:
        difference = rule.conditions.difference(request)
        yield f"  rule {rule!r}: {difference or 'matches, but has no reply left'}"
        yield from _stock(rule.queue)
        if rule.constant is not None:
            yield f"    always: {show_entry(rule.constant)}"
    yield f"  script: {'' if script.queue.given else 'nothing was ever queued, '}no reply left"
    yield from _stock(script.queue)


def _stock(queue: Queue) -> Iterator[str]:
    """The next replies and the last ones given."""
    for entry in list(queue.waiting)[:_MOST_REPLIES]:
        yield f"    waiting: {show_entry(entry)}"
    if len(queue.waiting) > _MOST_REPLIES:
        yield f"    waiting: {len(queue.waiting) - _MOST_REPLIES} more"
    if len(queue.given) > _MOST_REPLIES:
        yield f"    used before: {len(queue.given) - _MOST_REPLIES} more"
    for entry, number in queue.given[-_MOST_REPLIES:]:
        yield f"    used by request {number}: {show_entry(entry)}"


def verdict(world: World) -> tuple[str | None, BaseException | None]:
    """What is wrong with the test's script and requests, None when nothing is, and the first exception behind it."""
    with world.lock:
        problems = list(world.problems)
        leftover = list(world.script.leftover()) if world.settings.unused == "fail" else []
    faults = [*(problem.text for problem in problems), *_unused(leftover)]
    cause = next((problem.cause for problem in problems if problem.cause is not None), None)
    return "\n\n".join(faults) or None, cause


def _unused(leftover: list[tuple[str, ScriptEntry]]) -> Iterator[str]:
    if not leftover:
        return
    count = "1 scripted reply was" if len(leftover) == 1 else f"{len(leftover)} scripted replies were"
    lines = [f"fake_openai: {count} never asked for:"]
    lines += [f"  {place}: {show_entry(entry)}" for place, entry in leftover[:_MOST_REPLIES]]
    if len(leftover) > _MOST_REPLIES:
        lines.append(f"  and {len(leftover) - _MOST_REPLIES} more")
    lines.append(f"Remove what is not needed, or allow it: {Settings.unused.switch('allow')}.")
    yield "\n".join(lines)


def transcript(world: World) -> str:
    """Each request with the reply it got, in a few lines."""
    requests = world.journal.requests()
    if not requests:
        return "no request came"
    shown = requests[-_MOST_REQUESTS:]
    earlier = [f"({len(requests) - len(shown)} earlier requests)"] if len(shown) < len(requests) else []
    return "\n".join([*earlier, *(line for request in shown for line in _exchange(request))])


def _exchange(request: RecordedRequest) -> Iterator[str]:
    yield f"{request.number}. {show_request(request)}"
    yield f"   → {_outcome(request)}"


def _outcome(request: RecordedRequest) -> str:
    facts = ["no answer" if request.status is None else str(request.status)]
    if request.reply is not None:
        facts.append(show_entry(request.reply))
    if not _fails(request.reply) and (message := _error_message(request.response)) is not None:
        facts.append(shorten(message))
    if request.sent:
        facts.append(f"{len(request.sent)} events")
    if request.disconnected:
        facts.append("the client hung up")
    if request.duration is None:
        facts.append("unfinished")
    else:
        facts.append(f"{request.duration * 1000:.1f} ms")
    return ", ".join(facts)


def _fails(reply: object) -> bool:
    return isinstance(reply, Reply) and reply.failure is not None


def _error_message(response: object) -> str | None:
    error = response.get("error") if isinstance(response, dict) else None
    return error.get("message") if isinstance(error, dict) else None
