"""What a developer reads of a whole test: the verdict, and the transcript of its requests."""

from __future__ import annotations

from collections.abc import Iterator

from ..replies.reply import Reply
from .request import RecordedRequest
from .summaries import cut, shorten, show_entry, show_request
from .unused import unused
from .world import Problem, World

# How much of a long test a text shows.
_MOST_PROBLEMS = 10
_MOST_REQUESTS = 50


def verdict(world: World) -> tuple[str | None, BaseException | None]:
    """What is wrong with the test's script and requests, None when nothing is, and the first exception behind it."""
    with world.lock:
        problems = list(world.problems)
        paragraphs = list(unused(world.script)) if world.settings.unused == "fail" else []
    faults = [*_first(problems), *paragraphs]
    cause = next((problem.cause for problem in problems if problem.cause is not None), None)
    return "\n\n".join(faults) or None, cause


def problems_of(world: World) -> str:
    """What went wrong while requests were answered; nothing where nothing did."""
    with world.lock:
        problems = list(world.problems)
    return "\n\n".join(_first(problems))


def _first(problems: list[Problem]) -> Iterator[str]:
    """The texts of the first problems, no line of them endless, and how many more there are."""
    yield from ("\n".join(map(cut, problem.text.split("\n"))) for problem in problems[:_MOST_PROBLEMS])
    if len(problems) > _MOST_PROBLEMS:
        yield f"fake_openai: and {len(problems) - _MOST_PROBLEMS} more problems like these."


def transcript(world: World) -> str:
    """The world's requests, oldest first, each with the reply it got, in two lines."""
    requests = world.journal.requests()
    if not requests:
        return "no request came"
    shown = requests[-_MOST_REQUESTS:]
    earlier = [f"({len(requests) - len(shown)} earlier requests)"] if len(shown) < len(requests) else []
    return "\n".join([*earlier, *(line for request in shown for line in _lines(request))])


def _lines(request: RecordedRequest) -> Iterator[str]:
    yield f"{request.number}. {show_request(request)}"
    yield f"   → {', '.join(_outcome(request))}"


def _outcome(request: RecordedRequest) -> Iterator[str]:
    """What became of a request: status, reply, error, events and duration."""
    yield "no answer" if request.status is None else str(request.status)
    if request.reply is not None:
        yield show_entry(request.reply)
    if not _fails(request.reply) and (message := _error_message(request.response)) is not None:
        yield shorten(message)
    if request.frames:
        yield f"{len(request.frames)} events"
    if request.disconnected:
        yield "the client hung up"
    yield "unfinished" if request.duration is None else f"{request.duration * 1000:.1f} ms"


def _fails(reply: object) -> bool:
    return isinstance(reply, Reply) and reply.failure is not None


def _error_message(response: object) -> str | None:
    error = response.get("error") if isinstance(response, dict) else None
    return error.get("message") if isinstance(error, dict) else None
