"""Models that make images: what they offer, and what they cost."""

from __future__ import annotations

import pytest

from pytest_fakeopenai.wire.media.image_models import image_family, image_tokens, size_of, unsupported


@pytest.mark.parametrize(
    ("model", "longest", "most", "addressed", "free"),
    [
        ("dall-e-2", 1_000, 10, True, False),
        ("dall-e-3", 4_000, 1, True, False),
        ("gpt-image-1", 32_000, 10, False, False),
        ("gpt-image-1-mini", 32_000, 10, False, False),
        ("chatgpt-image-latest", 32_000, 10, False, False),
        ("gpt-image-2-2026-04-21", 32_000, 10, False, True),
        ("gpt-image-2.5-flare", 32_000, 10, False, True),
        ("mine", 32_000, 10, False, False),
    ],
)
def test_knows_the_families(model: str, longest: int, most: int, addressed: bool, free: bool) -> None:
    family = image_family(model)
    assert (family.max_prompt, family.max_images, family.returns_urls, family.any_size) == (
        longest,
        most,
        addressed,
        free,
    )


@pytest.mark.parametrize(
    ("text", "size"),
    [
        (None, (1024, 1024)),
        ("auto", (1024, 1024)),
        ("1536x864", (1536, 864)),
        ("1x4096", (1, 4096)),
        ("1x4097", (1024, 1024)),
        ("0x5", (1024, 1024)),
        ("99999999x1", (1024, 1024)),
        ("12x", (1024, 1024)),
        ("", (1024, 1024)),
    ],
)
def test_draws_the_size_asked_for_or_the_usual_one(text: str | None, size: tuple[int, int]) -> None:
    assert size_of(text) == size


@pytest.mark.parametrize(
    ("model", "size", "quality", "params"),
    [
        ("gpt-image-1", None, None, []),
        ("gpt-image-1", "auto", "auto", []),
        ("gpt-image-1", "512x512", "hd", ["quality", "size"]),
        ("gpt-image-1.5", "1536x1024", "max", ["quality"]),
        ("gpt-image-2.5-sunburst", "1536x864", "max", []),
        ("gpt-image-2", "3840x2160", "high", []),
        ("gpt-image-2", "2160x3840", None, []),
        ("gpt-image-2", "1000x1000", None, ["size"]),
        ("gpt-image-2", "3856x2160", None, ["size"]),
        ("gpt-image-2", "3840x3840", None, ["size"]),
        ("gpt-image-2", "1600x512", None, ["size"]),
        ("gpt-image-2", "huge", None, ["size"]),
        ("dall-e-2", "256x256", None, []),
        ("dall-e-2", "256x256", "standard", ["quality"]),
        ("dall-e-3", "1792x1024", "hd", []),
        ("dall-e-3", "256x256", "high", ["quality", "size"]),
        ("mine", "3x3", "super", []),
    ],
)
def test_tells_sizes_and_qualities_that_a_model_lacks(
    model: str, size: str | None, quality: str | None, params: list[str]
) -> None:
    errors = [*unsupported(model, {"size": size, "quality": quality})]
    assert [(each.status, each.param) for each in errors] == [(400, name) for name in params]
    assert {each.code for each in errors} <= {"invalid_value", "unknown_parameter"}


@pytest.mark.parametrize(
    ("model", "size", "message"),
    [
        (
            "gpt-image-1-mini",
            "3x3",
            "Invalid size '3x3'. Supported sizes are 1024x1024, 1024x1536, 1536x1024, and auto.",
        ),
        ("gpt-image-2", "3x3", "Invalid size '3x3'. Width and height must both be divisible by 16."),
        ("gpt-image-2", "16x160", "Invalid size '16x160'. The aspect ratio must be between 1:3 and 3:1, "),
    ],
)
def test_tells_the_sizes_that_there_are(model: str, size: str, message: str) -> None:
    (error,) = unsupported(model, {"size": size})
    assert (error.type, error.param) == ("image_generation_user_error", "size")
    assert error.message.startswith(message)


@pytest.mark.parametrize(
    ("size", "quality", "count"),
    [
        ((1024, 1024), "low", 272),
        ((1024, 1024), "medium", 1056),
        ((1024, 1024), "high", 4160),
        ((1024, 1024), "max", 4160),
        ((1024, 1536), "low", 408),
        ((1536, 1024), "low", 400),
        ((1536, 1024), "high", 6208),
        ((2048, 2048), "low", 1088),
    ],
)
def test_counts_the_tokens_of_an_image(size: tuple[int, int], quality: str, count: int) -> None:
    assert image_tokens(size, quality) == count
