"""Which endpoints serve a model, and which parameters it takes. A model that is not known takes everything."""

from __future__ import annotations

from collections.abc import Iterator

from ...replies.faults import ApiError
from ..json_values import as_dict, is_number
from ..models import CHAT, COMPLETIONS, EMBEDDINGS, RESPONSES, Family, family
from ..protocol import errors
from ..protocol.call import Call, Json


def chat_endpoint(call: Call) -> Iterator[ApiError]:
    """A model that has no conversations in chat."""
    model_family = family(call.model)
    if model_family.is_known and CHAT not in model_family.endpoints:
        yield _no_chat(model_family)


def chat(call: Call) -> Iterator[ApiError]:
    """What of the parameters of a chat request its model does not take."""
    model_family = family(call.model)
    if model_family.is_known:
        body = call.body
        yield from _reasoner_in_chat(body, model_family) if model_family.reasons else _plain_in_chat(body, model_family)
        if body.get("web_search_options") is not None and not model_family.searches:
            yield ApiError(400, "Web search options not supported with this model.", param="web_search_options")


def responses(call: Call) -> Iterator[ApiError]:
    """What of a Responses request its model does not take."""
    model_family = family(call.model)
    if model_family.is_known:
        effort = as_dict(call.body.get("reasoning")).get("effort")
        if not model_family.reasons:
            if effort is not None:
                yield errors.unsupported_parameter("reasoning.effort")
            return
        if _is_warm(call.body.get("temperature"), effort, model_family):
            message = "Unsupported parameter: 'temperature' is not supported with this model."
            yield ApiError(400, message, param="temperature")
        yield from _unsupported_effort("reasoning.effort", effort, model_family)


def completions(call: Call) -> Iterator[ApiError]:
    """A model of conversations in the endpoint of texts."""
    model_family = family(call.model)
    if model_family.is_known and COMPLETIONS not in model_family.endpoints and EMBEDDINGS not in model_family.endpoints:
        message = (
            "This is a chat model and not supported in the v1/completions endpoint. "
            "Did you mean to use v1/chat/completions?"
        )
        yield ApiError(404, message, param="model")


def embeddings(call: Call) -> Iterator[ApiError]:
    """A model that makes no embeddings, or none of the size asked for."""
    model_family = family(call.model)
    if model_family.is_known and EMBEDDINGS not in model_family.endpoints:
        yield ApiError(403, "You are not allowed to generate embeddings from this model")
    if call.body.get("dimensions") is not None and call.model.startswith("text-embedding-ada"):
        yield ApiError(400, "This model does not support specifying dimensions.")


def _no_chat(model_family: Family) -> ApiError:
    message = (
        "This model is only supported in v1/responses and not in v1/chat/completions."
        if RESPONSES in model_family.endpoints
        else "This is not a chat model and thus not supported in the v1/chat/completions endpoint. "
        "Did you mean to use v1/completions?"
    )
    return ApiError(404, message, param="model")


def _reasoner_in_chat(body: Json, model_family: Family) -> Iterator[ApiError]:
    effort = body.get("reasoning_effort")
    if body.get("max_tokens") is not None:
        yield errors.unsupported_parameter("max_tokens", "Use 'max_completion_tokens' instead.")
    if body.get("stop") is not None and not model_family.stops:
        yield errors.unsupported_parameter("stop")
    temperature = body.get("temperature")
    if _is_warm(temperature, effort, model_family):
        yield errors.unsupported_value("temperature", str(temperature), "Only the default (1) value is supported.")
    yield from _unsupported_effort("reasoning_effort", effort, model_family)


def _plain_in_chat(body: Json, model_family: Family) -> Iterator[ApiError]:
    if body.get("reasoning_effort") is not None:
        yield errors.unknown_arguments(["reasoning_effort"])
    most, limit = model_family.output, body.get("max_tokens")
    if most is not None and isinstance(limit, int) and limit > most:
        number = errors.shown(limit)
        message = (
            f"max_tokens is too large: {number}. This model supports at most {most} completion tokens, "
            f"whereas you provided {number}."
        )
        yield ApiError(400, message, param="max_tokens")


def _is_warm(temperature: object, effort: object, model_family: Family) -> bool:
    """Whether a temperature is asked for that a model has not while it reasons; absurd ones are out of range."""
    if temperature is None or not is_number(temperature) or temperature == 1 or not 0 <= temperature <= 2:
        return False
    return (model_family.effort if effort is None else effort) != "none"


def _unsupported_effort(path: str, effort: object, model_family: Family) -> Iterator[ApiError]:
    if isinstance(effort, str) and effort not in model_family.efforts:
        supported = f"Supported values are: {errors.listed(model_family.efforts)}."
        yield errors.unsupported_value(path, f"'{effort}'", supported)
