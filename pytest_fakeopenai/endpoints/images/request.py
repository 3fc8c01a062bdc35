"""A request for images, and what is refused of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...pipeline.context import RequestContext
from ...pipeline.media import model_of
from ...pipeline.validation import enforce
from ...replies.faults import ApiError
from ...wire.contract import Violation
from ...wire.json_values import Fields
from ...wire.media.image_models import ImageFamily, Size, image_family, size_of, unsupported
from ...wire.protocol import errors
from ...wire.protocol.call import Json
from .inputs import InputImage, input_images

_GPT = "gpt-image-1.5"
_DALL_E, _DALL_E_3 = "dall-e-2", "dall-e-3"
_GPT_QUALITIES = ("low", "medium", "high")
_GPT_ONLY = ("background", "moderation", "output_compression", "output_format", "partial_images", "stream")
_VARIATION_PROMPT = "a variation"


@dataclass(frozen=True)
class ImageOperation:
    """One of the operations that return images: its model by default, and what the events of its stream begin with."""

    model: str
    event: str
    needs_input: bool = True
    only_dall_e: bool = False


GENERATION = ImageOperation(_DALL_E, "image_generation", needs_input=False)
EDIT = ImageOperation(_GPT, "image_edit")
VARIATION = ImageOperation(_DALL_E, "", only_dall_e=True)


@dataclass(frozen=True)
class ImageRequest:
    """The options of a request for images, each with its value or its default.

    `count` is the number of images; `by_url` says whether those that could be at a URL are; `frames` is the number of
    an animation's, `frame_duration` that of each in milliseconds.
    """

    operation: ImageOperation
    model: str
    prompt: str
    inputs: tuple[InputImage, ...]
    count: int
    size: Size
    quality: str
    transparent: bool
    image_format: str
    by_url: bool
    stream: bool
    partial_images: int
    frames: int
    frame_duration: int

    @property
    def family(self) -> ImageFamily:
        """The facts of the model."""
        return image_family(self.model)

    @property
    def returns_urls(self) -> bool:
        """Whether the body is that of the models that can return URLs."""
        return self.family.returns_urls or self.operation.only_dall_e

    @property
    def background(self) -> str:
        """The background as answers name it."""
        return "transparent" if self.transparent else "opaque"

    @property
    def size_text(self) -> str:
        """The size as answers name it: `1024x1024`."""
        width, height = self.size
        return f"{width}x{height}"


def read(context: RequestContext, operation: ImageOperation, body: Json, prompt: str | None = None) -> ImageRequest:
    """The options in a request's body; `prompt` is that of a rule, which takes the place of the request's.

    ApiError for what the model cannot do.
    """
    fields = Fields(body)
    model = model_of(context, body, _default_model(operation, body))
    for_dall_e = operation.only_dall_e or model == _DALL_E
    inputs = input_images(context, body, for_dall_e) if operation.needs_input else ()
    own_prompt = fields.string("prompt") or (_VARIATION_PROMPT if operation.only_dall_e else "")
    enforce(context, lambda: _violations(operation, model, body))
    quality = fields.string("quality")
    return ImageRequest(
        operation=operation,
        model=model,
        prompt=own_prompt if prompt is None else prompt,
        inputs=inputs,
        count=_within(body.get("n"), 1, low=1, high=10),
        size=size_of(fields.string("size")),
        quality="high" if quality in (None, "auto", "standard", "hd") else str(quality),
        transparent=fields.string("background") == "transparent",
        image_format=_format(fields),
        by_url=fields.string("response_format") != "b64_json",
        stream=fields.boolean("stream"),
        partial_images=_within(body.get("partial_images"), 0, low=0, high=3),
        frames=_within(body.get("frame_count"), 9, low=2, high=16),
        frame_duration=_within(body.get("frame_duration_ms"), 200, low=0, high=655_350),
    )


def _default_model(operation: ImageOperation, body: Json) -> str:
    """The model of a request that names none: one of those that have its options."""
    if operation is GENERATION:
        is_gpt = any(body.get(name) is not None for name in _GPT_ONLY) or body.get("quality") in _GPT_QUALITIES
        return _GPT if is_gpt else _DALL_E_3 if body.get("quality") is not None else _DALL_E
    return _DALL_E if body.get("response_format") is not None else operation.model


def _within(value: object, default: int, *, low: int, high: int) -> int:
    """A number within the bounds, as near to the value as possible; the default for what is no integer."""
    return min(max(value, low), high) if type(value) is int else default


def _format(fields: Fields) -> str:
    requested = fields.string("output_format")
    return requested if requested in ("jpeg", "webp", "gif", "svg") else "png"


def _violations(operation: ImageOperation, model: str, body: Json) -> Iterator[Violation]:
    fields, family = Fields(body), image_family(model)
    yield from map(Violation, _too_much(body, fields, family))
    yield from map(Violation, unsupported(_DALL_E if operation.only_dall_e else model, _judged(operation, model, body)))
    if family.returns_urls:
        surplus = [name for name in _GPT_ONLY if body.get(name) is not None]
        yield from (Violation(errors.unknown_parameter(name), grade="typed") for name in surplus)
    if fields.string("background") == "transparent" and fields.string("output_format") == "jpeg":
        message = "Transparent background is not supported for output format 'jpeg'."
        yield Violation(ApiError(400, message, param="background", code="invalid_value"), grade="typed")


def _judged(operation: ImageOperation, model: str, body: Json) -> Json:
    """The parameters of which it is known whether the model takes them: dall-e's quality only where it generates."""
    is_open = operation is not GENERATION and (operation.only_dall_e or image_family(model).returns_urls)
    return {name: value for name, value in body.items() if not (is_open and name == "quality")}


def _too_much(body: Json, fields: Fields, family: ImageFamily) -> Iterator[ApiError]:
    prompt = fields.string("prompt") or ""
    if body.get("prompt") == "":
        yield errors.empty_string("prompt")
    if len(prompt) > family.max_prompt:
        yield errors.string_too_long("prompt", len(prompt), family.max_prompt)
    if (count := _within(body.get("n"), 1, low=1, high=10)) > family.max_images:
        yield errors.out_of_range("n", count, low=1, high=family.max_images)
