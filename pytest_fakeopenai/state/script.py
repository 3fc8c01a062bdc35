"""What a test has to say: rules, the queue and the default, and which of them answers a request."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ..replies.answers import Patch, Vectors
from ..replies.faults import ApiError
from ..replies.raw import RawResponse
from ..replies.reply import Reply, as_reply
from .conditions import Conditions
from .places import calling_place
from .request import RecordedRequest

# Sync or async; or a generator of parts, sync or async.
Responder = Callable[[RecordedRequest], object]
ScriptEntry = Reply | RawResponse | Responder


def as_script_entry(value: object, *, patches: bool = False) -> ScriptEntry:
    """A script entry in its one normal form: a reply, an SDK object, or a callable that makes one; or TypeError.

    `patches` tells whether it may be laid over what an endpoint says by itself.
    """
    if callable(value) and not isinstance(value, (type, ApiError)):
        return value
    entry = as_reply(value)
    if not patches and isinstance(entry, Reply) and (patch := entry.part_of(Patch)):
        rule = 'fake_openai.when(endpoint="batches.retrieve").script(Patch(…))'
        raise TypeError(f"{patch!r} needs a rule that names an endpoint which answers by itself: {rule}")
    return entry


EMBEDDINGS = "embeddings"


def has_vectors(entry: ScriptEntry) -> bool:
    """Whether a script entry answers requests for embeddings, and no others."""
    return isinstance(entry, Reply) and entry.part_of(Vectors) is not None


@dataclass(eq=False)
class Queue:
    """Replies that are given once each, in order.

    `waiting` are those to come, `used` those that were given, each with the number of the request that got it.
    """

    waiting: deque[ScriptEntry] = field(default_factory=deque)
    used: list[tuple[ScriptEntry, int]] = field(default_factory=list)

    def add(self, replies: Sequence[object], *, patches: bool = False) -> None:
        """Append replies, in any shorthand; TypeError for what cannot be one."""
        self.waiting.extend([as_script_entry(reply, patches=patches) for reply in replies])

    def take(self, request: RecordedRequest, vectors: bool | None) -> ScriptEntry | None:
        """The next reply, noted as given to this request, or None.

        `vectors` tells whether the request is for embeddings, and so passes over what is not; None takes anything.
        """
        for position, entry in enumerate(self.waiting):
            if vectors is None or has_vectors(entry) is vectors:
                del self.waiting[position]
                self.used.append((entry, request.number))
                return entry
        return None


class ScriptedEndpoint(Protocol):
    """An endpoint that the script answers, and what its answers can carry.

    `family` is what it is called together with others that carry the same, `carries` the types of the parts that it has
    a form for, `built_in_calls` the types of the built-in tools that it can call, `whole` the class of the objects of
    the SDK that it sends, `has_choices` whether an answer can have several choices.
    """

    endpoint: str
    family: str
    carries: tuple[type, ...]
    whole: str
    built_in_calls: tuple[str, ...]
    has_choices: bool


def _is_rejection(entry: ScriptEntry | None) -> bool:
    first = entry.parts[0] if isinstance(entry, Reply) and entry.parts else None
    return isinstance(first, ApiError) and first.status == 401


# All endpoints that the script answers: a function, since they are loaded when something asks for them.
Surfaces = Callable[[], Iterable[ScriptedEndpoint]]


class ConditionFailed(Exception):
    """A condition's own callable raised; the exception behind it says what."""


class Rule:
    """Replies for the requests that meet some conditions; each rule has a queue of its own.

    `place` is the line that it was written in.
    """

    def __init__(self, conditions: Conditions, script: Script) -> None:
        self.conditions = conditions
        self.place = calling_place()
        self.queue = Queue()
        self.constant: ScriptEntry | None = None
        self._has_answered = False
        self._script = script

    def script(self, *replies: object) -> Rule:
        """Add replies to this rule's queue: each is given once, in order.

        RuntimeError where `reset()` has forgotten the rule, or its test is over.
        """
        self._script.expect_current(f"{self!r} of {self.place}")
        self.queue.add(replies, patches=self._script.takes_patches(self))
        self._script.note(self)
        return self

    def always(self, reply: object) -> Rule:
        """Give this reply whenever the rule's queue is empty, in place of an earlier one that it always had.

        Errors are those of `script`.
        """
        self._script.expect_current(f"{self!r} of {self.place}")
        self.constant = as_script_entry(reply, patches=self._script.takes_patches(self))
        self._script.note(self)
        return self

    def _take(self, request: RecordedRequest, vectors: bool) -> ScriptEntry | None:
        """This rule's entry for the request, or None where it has none left or its conditions are not met.

        A rule that names its endpoint has nothing to pass over.
        """
        if not self.queue.waiting and self.constant is None:
            return None
        if not self._accepts(request):
            return None
        kind = vectors if self.conditions.endpoint is None else None
        entry = self.queue.take(request, kind)
        entry = _of_kind(self.constant, kind) if entry is None else entry
        self._has_answered = self._has_answered or entry is not None
        return entry

    @property
    def is_bare(self) -> bool:
        """Whether it was never given a reply."""
        return self.constant is None and not (self.queue.waiting or self.queue.used)

    def shadows(self, later: Rule) -> bool:
        """Whether it has a constant reply for whatever a later rule would answer otherwise, and never has."""
        if self.constant is None or later.is_bare or later._has_answered or later.constant == self.constant:
            return False
        kinds = {has_vectors(each) for each in (*later.queue.waiting, later.constant) if each is not None}
        return kinds == {has_vectors(self.constant)} and self.conditions.cover(later.conditions)

    def has_answers(self) -> bool:
        """Whether there is a reply for anything but embeddings."""
        return any(not has_vectors(each) for each in (*self.queue.waiting, self.constant) if each is not None)

    def _peek(self) -> ScriptEntry | None:
        """The entry that the next request gets which meets the conditions, or None where there is none left."""
        return self.queue.waiting[0] if self.queue.waiting else self.constant

    def _accepts(self, request: RecordedRequest) -> bool:
        try:
            return self.conditions.met_by(request)
        except BaseException as error:  # a pytest.fail() in a condition is one
            text = f"A condition of {self!r} failed on request {request.number}: {type(error).__name__}: {error}"
            raise ConditionFailed(text) from error

    def __repr__(self) -> str:
        return f"when({self.conditions!r})"


def _of_kind(entry: ScriptEntry | None, vectors: bool | None) -> ScriptEntry | None:
    return entry if entry is not None and (vectors is None or has_vectors(entry) is vectors) else None


class Script:
    """The replies of one world: rules, a queue and a default.

    A request is answered by the first of them that has a reply for it: the rules in the order written, the queue, the
    default.

    Plain replies, and rules that name no endpoint, answer the generating endpoints only, which are `surfaces`; vectors
    answer requests for embeddings, wherever they are.
    """

    def __init__(self, surfaces: Surfaces) -> None:
        self._surfaces = surfaces
        self.rules: list[Rule] = []
        self.queue = Queue()
        self.default: ScriptEntry | None = None
        self.default_vectors: ScriptEntry | None = None
        self.scripted = False
        self._ended = ""

    def end(self, reason: str) -> None:
        """Take nothing more, for this reason."""
        self._ended = reason

    def expect_current(self, taker: str) -> None:
        """RuntimeError, for what was to take a reply or a rule, where the script has ended."""
        if self._ended:
            raise RuntimeError(f"{taker} takes nothing more: {self._ended}")

    def add(self, replies: Sequence[object]) -> None:
        """Append replies to the queue."""
        self.expect_current("fake_openai")
        self.queue.add(replies)
        self.scripted = self.scripted or not replies or not all(map(has_vectors, self.queue.waiting))

    def rule(self, conditions: Conditions) -> Rule:
        """A new rule, behind those there are."""
        self.expect_current("fake_openai")
        rule = Rule(conditions, self)
        self.rules.append(rule)
        return rule

    def takes_patches(self, rule: Rule) -> bool:
        """Whether a rule names an endpoint, and not one that the script answers."""
        name = rule.conditions.endpoint
        return name is not None and not (
            isinstance(name, str) and any(name == each.endpoint for each in self._surfaces())
        )

    def note(self, rule: Rule) -> None:
        """Note that a rule has replies: where it can meet requests to a scripted endpoint, something is scripted."""
        conditions = rule.conditions
        if conditions.endpoint is None:
            self.scripted = self.scripted or rule.has_answers()
        elif any(conditions.concern(each.endpoint) for each in self._surfaces()):
            self.scripted = True

    def set_default(self, reply: object) -> None:
        """What a request gets for which nothing else is scripted, in place of an earlier default."""
        self.expect_current("fake_openai")
        entry = as_script_entry(reply)
        if has_vectors(entry):
            self.default_vectors = entry
        else:
            self.default = entry

    def answer(self, request: RecordedRequest) -> ScriptEntry | None:
        """The entry for a request to a generating endpoint, or None where no rule, queue or default has one."""
        for rule in self.rules:
            if (entry := rule._take(request, vectors=False)) is not None:
                return entry
        entry = self.queue.take(request, vectors=False)
        return self.default if entry is None else entry

    def rejects_key(self, request: RecordedRequest) -> bool:
        """Whether what answers this request turns away its key; no condition is asked where nothing scripted does."""
        rules = [rule for rule in self.rules if rule._peek() is not None]
        last = self.queue.waiting[0] if self.queue.waiting else self.default
        if not any(map(_is_rejection, (*(rule._peek() for rule in rules), last))):
            return False
        return _is_rejection(next((rule._peek() for rule in rules if rule._accepts(request)), last))

    def override_for(self, request: RecordedRequest) -> ScriptEntry | None:
        """The entry of a rule that names the endpoint of this request, or None: the endpoint answers by itself.

        Embeddings are also answered by vectors that are scripted without naming an endpoint.
        """
        vectors = request.endpoint == EMBEDDINGS
        for rule in self.rules:
            may_answer = vectors or rule.conditions.endpoint is not None
            if may_answer and (entry := rule._take(request, vectors)) is not None:
                return entry
        entry = self.queue.take(request, vectors) if vectors else None
        return self.default_vectors if vectors and entry is None else entry

    def shadowed(self) -> dict[Rule, Rule]:
        """The rules that nothing can reach, each with the earlier one that answers all its requests.

        Found are those whose conditions are the same, or that stand behind a rule without conditions.
        """
        constant: dict[str, Rule] = {}
        pairs: dict[Rule, Rule] = {}
        for rule in self.rules:
            conditions = repr(rule.conditions)
            earlier = constant.get(conditions) or constant.get("")
            if earlier is not None and earlier.shadows(rule):
                pairs[rule] = earlier
            if rule.constant is not None:
                constant.setdefault(conditions, rule)
        return pairs

    def leftover(self) -> Iterator[tuple[str, ScriptEntry]]:
        """The replies that no request used: the rule, or `script`, that holds each, and the reply."""
        for rule in self.rules:
            for entry in rule.queue.waiting:
                yield repr(rule), entry
        for entry in self.queue.waiting:
            yield "script", entry
