"""Requests held against the contract: what OpenAI would refuse is refused, warned of or let pass, by the test's level.

`enforce` is the one place that refuses. Readers coerce: what cannot be read is as good as absent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ..replies.faults import ApiError
from ..sdk import params
from ..wire import tokens
from ..wire.contract import Contract, Violation, graded, lengths
from ..wire.contract.checked import Checked
from ..wire.contract.form_values import json_value
from ..wire.json_values import as_dict, is_number
from ..wire.models import family, is_retired
from ..wire.protocol import errors
from ..wire.protocol.call import Call, Json
from .available import is_available
from .callables import in_thread
from .context import RequestContext
from .forms import is_form, read_form


def enforce(context: RequestContext, look: Callable[[], Iterable[Violation]]) -> None:
    """Raise the first violation that the test's level of validation refuses; warn of those that it lets pass.

    Nothing is looked for at the level "off". An SDK of an older major is no reason to warn: the API may be newer.
    """
    level = context.world.settings.validation
    if level == "off":
        return
    for violation in look():
        if level == "strict" or (level == "known" and violation.grade == "known"):
            raise violation.error
        if violation.grade != "ignored" and (level == "warn" or params.is_current()):
            _warn(context, violation)


def refuse(context: RequestContext, error: ApiError) -> None:
    """Refuse a request with an error that OpenAI is known to answer it with, or note it, as the level has it."""
    enforce(context, lambda: (Violation(error),))


def require_texts(context: RequestContext, body: Json, *names: str) -> None:
    """Refuse a body that lacks one of these texts, at an endpoint that not every SDK has types for."""
    enforce(context, lambda: (Violation(errors.missing_parameter(name)) for name in names if name not in body))


def _warn(context: RequestContext, violation: Violation) -> None:
    """Warn of a violation, once of each parameter of a request: OpenAI names the first thing that is wrong with one."""
    error, record = violation.error, context.record
    if (subject := error.param or error.message) in context.warned:
        return
    context.warned.add(subject)
    verb = "would" if violation.grade == "known" else "may"
    context.world.warn(f"OpenAI {verb} refuse request {record.number}, {record.method} {record.path}: {error}")


async def validate_call(
    context: RequestContext,
    contract: Contract,
    read: Callable[[Json, RequestContext], Call],
    model_of: Callable[[RequestContext, Json], str] | None = None,
) -> Call:
    """The call that a request makes, once its types, its model and what the contract says are found right.

    What of the body has another type than it should, and is let pass, is left out before it is read. `model_of` finds
    the model where neither the URL nor the body has to name it.
    """
    body = context.json()
    model = (model_of or named_model)(context, body)
    check = await _check_of(context, family(model).vocabulary)
    typed = _without_extensions(context, body)
    fits = check.fits(typed)

    def violations() -> Iterator[Violation]:
        if model_of is None:
            yield from map(Violation, model_errors(context, body))
        if not fits:
            yield from _mistyped(context, typed)
        yield from map(graded, contract.field_errors(body))
        yield from wrong_models(context, model)

    enforce(context, violations)
    call = read(body if fits else check.shape.fitted(body), context)
    context.record._note_call(call)
    enforce(context, lambda: map(graded, contract.call_errors(call)))
    return call


# What Azure takes beside OpenAI's parameters. https://learn.microsoft.com/azure/ai-foundry/openai/reference
_EXTENSIONS = frozenset({"data_sources", "dataSources", "enhancements", "user_security_context"})


def _without_extensions(context: RequestContext, body: Json) -> Json:
    """The body without what only Azure takes, where it came by one of Azure's URLs."""
    if context.deployment is None and "api-version" not in context.record.query:
        return body
    return {name: value for name, value in body.items() if name not in _EXTENSIONS}


async def read_body(context: RequestContext) -> Json:
    """The body of a request to an endpoint that answers by itself, JSON or a form, once its fields are found right.

    What has another type than it should, and is let pass, is left out.
    """
    check = await _check_of(context)
    if is_form(context.record):
        body: Json = json_value(check.shape, await read_form(context.record))
    else:
        body = context.json() if context.record.body.strip() else {}
    fits = check.fits(body)

    def violations() -> Iterator[Violation]:
        if not fits:
            yield from _mistyped(context, body)
        yield from map(Violation, lengths.metadata(body.get("metadata")))

    enforce(context, violations)
    return body if fits else as_dict(check.shape.fitted(body))


def _mistyped(context: RequestContext, body: Json) -> list[Violation]:
    """What of a body the types of the endpoint's parameters do not allow."""
    return params.violations(context.record.endpoint, body, context.parameters, older=context.front_end.older)


# What has been compiled, and loaded, by endpoint and vocabulary.
_CHECKED: dict[tuple[str, params.Parameters, str], Checked] = {}


async def _check_of(context: RequestContext, vocabulary: str = "") -> Checked:
    """The compiled check of an endpoint; made beside the loop, with the vocabulary of a model: it takes 0.1 seconds."""
    key = context.record.endpoint, context.parameters, vocabulary
    if key not in _CHECKED:
        _CHECKED[key] = await in_thread(lambda: _prepare(*key))
    return _CHECKED[key]


def _prepare(endpoint: str, parameters: params.Parameters, vocabulary: str) -> Checked:
    if vocabulary:
        tokens.encoding(vocabulary)
    return params.check(endpoint, parameters)


_ASSUMED = "gpt-4o"  # the model of a request that names none


def named_model(context: RequestContext, body: Json) -> str:
    """The model that the URL or the body names, or else one that is assumed."""
    model = context.deployment or body.get("model")
    return model if model and isinstance(model, str) else _ASSUMED


def model_errors(context: RequestContext, body: Json) -> Iterator[ApiError]:
    """A model that neither the URL nor the body names; a stored prompt may name one that is assumed to exist."""
    model = context.deployment or body.get("model")
    if model is not None and not isinstance(model, str):
        yield errors.invalid_type("model", "a string", model)
    elif not model and not context.world.settings.assume_exists:
        yield errors.missing_model() if context.front_end.older else errors.missing_parameter("model")


def lifetime(context: RequestContext, body: Json, default: int, *, low: int, high: int) -> int:
    """The seconds after which what a request makes expires, by its `expires_after`, within these bounds."""
    seconds = as_dict(body.get("expires_after")).get("seconds")
    if is_number(seconds) and not low <= seconds <= high:
        refuse(context, errors.out_of_range("expires_after.seconds", seconds, low=low, high=high))
    return min(max(seconds, low), high) if isinstance(seconds, int) else default


def wrong_models(context: RequestContext, model: str) -> Iterable[Violation]:
    """A model that OpenAI has retired, that was deleted, or that the test says is unknown."""
    if not is_available(context.world, model):
        older = context.front_end.older
        yield Violation(errors.no_such_model(model) if older else errors.requested_unknown_model(model))
    elif is_retired(model) and context.world.settings.models is None:
        yield Violation(errors.retired_model(model))
