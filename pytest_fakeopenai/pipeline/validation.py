"""Whether a request is let in: what OpenAI would refuse is refused, warned of or let pass, as the test has it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator

from ..sdk import params
from ..wire import tokens
from ..wire.contract import Breach, Rules, lengths
from ..wire.contract.shapes import Checked
from ..wire.contract.texts import typed
from ..wire.models import OLDER, family, is_retired
from ..wire.protocol import errors
from ..wire.protocol.call import Call, Json
from .available import is_available
from .callables import in_thread
from .forms import is_form, read_form
from .surface import Exchange


def admit(exchange: Exchange, look: Callable[[], Iterable[Breach]]) -> None:
    """Look for breaches of the contract, and raise or note them as the test's level of validation has it."""
    level = exchange.world.settings.validation
    if level == "off":
        return
    for breach in look():
        if level == "strict" or (level == "known" and breach.known):
            raise breach.error
        if level == "warn" or params.is_current():
            exchange.world.warn(_warning(exchange, breach))


def _warning(exchange: Exchange, breach: Breach) -> str:
    verb = "would" if breach.known else "may"
    record = exchange.record
    return f"OpenAI {verb} refuse request {record.number}, {record.method} {record.path}: {breach.error}"


def authenticate(exchange: Exchange) -> None:
    """Refuse a request without an API key, or with one that the test says is unknown."""
    admit(exchange, lambda: _wrong_keys(exchange))


_BETA = "assistants=v2"


def announce(exchange: Exchange) -> None:
    """Refuse a request to the assistants' family without the header that asks for it."""
    asked = _BETA in exchange.record.headers.get("openai-beta", "")
    if not asked and exchange.record.endpoint.partition(".")[0] in ("assistants", "threads"):
        admit(exchange, lambda: [Breach(errors.missing_beta())])


def _wrong_keys(exchange: Exchange) -> Iterable[Breach]:
    key = _key(exchange)
    if key is None:
        if exchange.world.asks_for_key:
            yield Breach(errors.missing_key(at_length=exchange.record.endpoint in OLDER))
    elif not key or not exchange.world.settings.knows_key(key):
        yield Breach(errors.incorrect_key(key))


def _key(exchange: Exchange) -> str | None:
    """The key of a bearer, the password of a user without name, or Azure's own header."""
    headers = exchange.record.headers
    if "api-key" in headers:
        return headers["api-key"]
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        return _password(value)
    return value.strip() if scheme.lower() == "bearer" else None


def _password(encoded: str) -> str | None:
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return None


async def let_in(
    exchange: Exchange,
    rules: Rules,
    read: Callable[[Json, Exchange], Call],
    model_of: Callable[[Exchange, Json], str] | None = None,
) -> Call:
    """The call that a request makes, once its types, fields, model and the rules across them are found right.

    `model_of` finds the model where neither the URL nor the body has to name it.
    """
    body = exchange.json()
    model = (model_of or named_model)(exchange, body)
    await _prepare(exchange, model)
    admit(exchange, lambda: _of_fields(exchange, rules, body, model))
    call = read(body, exchange)
    exchange.record.read_as(call)
    admit(exchange, lambda: map(Breach, rules.breaches(call)))
    return call


def _of_fields(exchange: Exchange, rules: Rules, body: Json, model: str) -> Iterator[Breach]:
    """What is wrong with the fields one by one: their types, their own rules, the model."""
    yield from params.breaches(exchange.record.endpoint, body)
    yield from map(Breach, rules.fields(body))
    yield from wrong_models(exchange, model)


_ASSUMED = "gpt-4o"  # the model of a request that names none


async def read_body(exchange: Exchange) -> Json:
    """The body of a request to an endpoint that answers by itself, JSON or a form, once its fields are found right."""
    check = await _check_of(exchange.record.endpoint)
    if is_form(exchange.record):
        body: Json = typed(check.shape, await read_form(exchange.record))
    else:
        body = exchange.json() if exchange.record.body.strip() else {}
    admit(exchange, lambda: params.breaches(exchange.record.endpoint, body))
    admit(exchange, lambda: map(Breach, lengths.metadata(body.get("metadata"))))
    return body


async def _check_of(endpoint: str) -> Checked:
    """The compiled check of an endpoint, made beside the loop when it is first asked for."""
    if endpoint not in _CHECKED:
        _CHECKED[endpoint] = await in_thread(lambda: params.check(endpoint))
    return _CHECKED[endpoint]


_CHECKED: dict[str, Checked] = {}
_PREPARED: set[tuple[str, str, bool]] = set()


async def _prepare(exchange: Exchange, model: str) -> None:
    """Compile the endpoint's check and load the model's vocabulary, beside the loop: it takes 0.1 seconds."""
    endpoint, vocabulary = exchange.record.endpoint, family(model).vocabulary
    checked = exchange.world.settings.validation != "off"
    if (endpoint, vocabulary, checked) not in _PREPARED:
        await in_thread(lambda: (tokens.encoding(vocabulary), params.check(endpoint) if checked else None))
        _PREPARED.add((endpoint, vocabulary, checked))


def named_model(exchange: Exchange, body: Json) -> str:
    """The model that the URL or the body names; ApiError where neither does."""
    model = exchange.deployment or body.get("model")
    if isinstance(model, str) and model:
        return model
    if model is not None and model != "":
        raise errors.invalid_type("model", "a string", model)
    if exchange.world.settings.assume_exists:  # a stored prompt may name one
        return _ASSUMED
    raise errors.missing_model() if exchange.record.endpoint in OLDER else errors.missing_parameter("model")


def wrong_models(exchange: Exchange, model: str) -> Iterable[Breach]:
    """A model that OpenAI has retired, that was deleted, or that the test says is unknown."""
    if not is_available(exchange.world, model):
        newer = exchange.record.endpoint not in OLDER
        yield Breach(errors.requested_unknown_model(model) if newer else errors.no_such_model(model))
    elif is_retired(model) and exchange.world.settings.models is None:
        yield Breach(errors.retired_model(model))
