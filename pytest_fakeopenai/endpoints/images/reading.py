"""What a request for images asks for, and what is refused of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...pipeline.context import RequestContext
from ...pipeline.media import model_of
from ...pipeline.validation import enforce
from ...replies.faults import ApiError
from ...wire.contract import Violation
from ...wire.media.image_models import ImageFamily, Size, image_family, size_of, unsupported
from ...wire.protocol import errors
from ...wire.protocol.call import Fields, Json
from .sources import Source, sources

_GPT = "gpt-image-1.5"
_DALL_E = "dall-e-2"
_GPT_ONLY = ("background", "moderation", "output_compression", "output_format", "partial_images", "stream")
_VARIED = "a variation"


@dataclass(frozen=True)
class Kind:
    """One way to come by images: the model by default, and what the events of its stream are called."""

    model: str
    event: str
    needs_image: bool = True
    only_dall_e: bool = False


GENERATION = Kind(_DALL_E, "image_generation", needs_image=False)
EDIT = Kind(_GPT, "image_edit")
VARIATION = Kind(_DALL_E, "", only_dall_e=True)


@dataclass(frozen=True)
class Wanted:
    """The images that a request asks for; what it leaves open is decided."""

    kind: Kind
    model: str
    prompt: str
    sources: tuple[Source, ...]
    count: int
    size: Size
    quality: str
    clear: bool
    image_format: str
    by_url: bool
    stream: bool
    partials: int
    frames: int
    pause: int

    @property
    def family(self) -> ImageFamily:
        """What is known of the model."""
        return image_family(self.model)

    @property
    def addressed(self) -> bool:
        """Whether the answer has the form of the models that could give URLs."""
        return self.family.returns_urls or self.kind.only_dall_e


def read(context: RequestContext, kind: Kind, body: Json, prompt: str | None = None) -> Wanted:
    """The images that a request asks for, or a rule with another prompt."""
    fields = Fields(body)
    model = model_of(context, body, _model_unnamed(kind, body))
    given = sources(context, body, kind.only_dall_e or model == _DALL_E) if kind.needs_image else ()
    asked = fields.string("prompt") or (_VARIED if kind.only_dall_e else "")
    enforce(context, lambda: _problems(kind, model, body))
    quality = fields.string("quality")
    return Wanted(
        kind=kind,
        model=model,
        prompt=asked if prompt is None else prompt,
        sources=given,
        count=_within(body.get("n"), 1, low=1, high=10),
        size=size_of(fields.string("size")),
        quality="high" if quality in (None, "auto", "standard", "hd") else str(quality),
        clear=fields.string("background") == "transparent",
        image_format=_format(fields),
        by_url=fields.string("response_format") != "b64_json",
        stream=fields.boolean("stream"),
        partials=_within(body.get("partial_images"), 0, low=0, high=3),
        frames=_within(body.get("frame_count"), 9, low=2, high=16),
        pause=_within(body.get("frame_duration_ms"), 200, low=0, high=655_350),
    )


def _model_unnamed(kind: Kind, body: Json) -> str:
    """The model of a request that names none: what only a GPT image model knows asks for one, a URL for none."""
    if kind is GENERATION:
        return _GPT if any(body.get(name) is not None for name in _GPT_ONLY) else _DALL_E
    return _DALL_E if body.get("response_format") is not None else kind.model


def _within(value: object, default: int, *, low: int, high: int) -> int:
    """A number as near to the one asked for as there is."""
    return min(max(value, low), high) if type(value) is int else default


def _format(fields: Fields) -> str:
    named = fields.string("output_format")
    return named if named in ("jpeg", "webp", "gif", "svg") else "png"


def _problems(kind: Kind, model: str, body: Json) -> Iterator[Violation]:
    fields, known = Fields(body), image_family(model)
    yield from map(Violation, _too_much(body, fields, known))
    yield from map(Violation, unsupported(model, fields.string("size"), fields.string("quality")))
    if body.get("response_format") is not None and not (known.returns_urls or kind.only_dall_e):
        yield Violation(errors.unknown_parameter("response_format"))
    if known.returns_urls:
        surplus = [name for name in _GPT_ONLY if body.get(name) is not None]
        yield from (Violation(errors.unknown_parameter(name), known=False) for name in surplus)
    if fields.string("background") == "transparent" and fields.string("output_format") == "jpeg":
        message = "Transparent background is not supported for output format 'jpeg'."
        yield Violation(ApiError(400, message, param="background", code="invalid_value"), known=False)


def _too_much(body: Json, fields: Fields, known: ImageFamily) -> Iterator[ApiError]:
    prompt = fields.string("prompt") or ""
    if len(prompt) > known.max_prompt:
        yield errors.string_too_long("prompt", len(prompt), known.max_prompt)
    if (count := _within(body.get("n"), 1, low=1, high=10)) > known.max_images:
        yield errors.out_of_range("n", count, low=1, high=known.max_images)
