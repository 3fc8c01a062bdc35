"""Images made of images: edits in forms and in JSON, variations, and what is refused of the files."""

from __future__ import annotations

import base64
import inspect
from typing import Any

import openai
import pytest
from openai.resources.images import Images

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.wire.media.file_types import png_size
from pytest_fakeopenai.wire.media.images import draw
from pytest_fakeopenai.wire.media.images.pattern import Pattern

from ._requests import both_clients, call_method, error, send
from .test_images import download, image_of

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
URL = "/v1/images/edits"
GPT, HAT = "gpt-image-1", "give it a hat"
FOX, HEN = (draw(Pattern(name, 64, 64)) for name in ("a red fox", "a blue hen"))
WIDE = draw(Pattern("a train", 128, 64))
_PARAMETERS = inspect.signature(Images.edit).parameters
streams = pytest.mark.skipif("stream" not in _PARAMETERS, reason="this SDK streams no images")
takes_several = pytest.mark.skipif("quality" not in _PARAMETERS, reason="this SDK sends one image")


def edit(fake: FakeOpenAI, kind: str = "sync", **request: Any) -> Any:
    """An edit, by default of a fox."""
    fields = {"model": GPT, "prompt": HAT, "image": ("fox.png", FOX, "image/png"), **request}
    return call_method(fake, kind, "images.edit", **fields)


def invalid(param: str) -> dict[str, Any]:
    """The error for a file that is no image."""
    body = error("Invalid image data.", param=param, code="invalid_image_file")["error"]
    return {"error": {**body, "type": "image_generation_user_error"}}


def reference(image: bytes) -> dict[str, str]:
    return {"image_url": f"data:image/png;base64,{base64.b64encode(image).decode()}"}


@both_clients
def test_draws_the_prompt_of_an_edit(fake_openai: FakeOpenAI, kind: str) -> None:
    answer = edit(fake_openai, kind, size="1024x1536")
    assert (png_size(image_of(answer)), HAT.encode() in image_of(answer)) == ((1024, 1536), True)
    assert answer.to_dict()["usage"]["input_tokens_details"]["image_tokens"] == 388
    assert fake_openai.requests.only.endpoint == "images.edit"


@takes_several
def test_draws_something_else_of_another_image(fake_openai: FakeOpenAI) -> None:
    images = [
        image_of(edit(fake_openai, **request))
        for request in ({}, {"image": HEN}, {"image": [FOX, HEN]}, {"mask": HEN}, {"prompt": "take it away"})
    ]
    assert len(set(images)) == len(images)
    assert image_of(edit(fake_openai)) == images[0]


@takes_several
def test_takes_several_images_and_a_mask(fake_openai: FakeOpenAI) -> None:
    answer = edit(fake_openai, image=[("a.png", FOX), ("b.png", HEN)], mask=("m.png", FOX), n=2)
    assert len(answer.data) == 2
    assert answer.to_dict()["usage"]["input_tokens_details"]["image_tokens"] == 3 * 388
    form = fake_openai.requests.only.form
    assert form is not None
    assert [upload.content for upload in form["image"]] == [FOX, HEN]


@both_clients
@streams
def test_streams_an_edit(fake_openai: FakeOpenAI, kind: str) -> None:
    events = edit(fake_openai, kind, stream=True, partial_images=1)
    assert [event.type for event in events] == ["image_edit.partial_image", "image_edit.completed"]


def test_takes_references_in_json(fake_openai: FakeOpenAI) -> None:
    file = fake_openai.client.files.create(file=("fox.png", FOX), purpose="vision")
    images = [reference(FOX), {"file_id": file.id}, {"image_url": "https://example.com/fox.png"}]
    body = {"model": GPT, "prompt": HAT, "images": images, "mask": reference(HEN)}
    answer = send(fake_openai, "POST", URL, body)
    assert (answer.status, answer.json["usage"]["input_tokens_details"]["image_tokens"]) == (200, 4 * 388)


@pytest.mark.parametrize(
    ("images", "param"),
    [
        ([reference(b"no image")], "images[0].image_url"),
        ([reference(FOX), {"image_url": "data:image/png;base64,%%%"}], "images[1].image_url"),
        ([{"image_url": "data:"}], "images[0].image_url"),
    ],
)
def test_refuses_references_to_what_is_no_image(fake_openai: FakeOpenAI, images: Any, param: str) -> None:
    answer = send(fake_openai, "POST", URL, {"model": GPT, "prompt": HAT, "images": images})
    assert (answer.status, answer.json) == (400, invalid(param))


@pytest.mark.parametrize(
    ("images", "status", "problem"),
    [
        (None, 400, error("Missing required parameter: 'image'.", param="image", code="missing_required_parameter")),
        ([], 400, error("Missing required parameter: 'image'.", param="image", code="missing_required_parameter")),
        (
            [{"file_id": "file-unknown"}],
            404,
            error("No such File object: file-unknown", param="id"),
        ),
        (
            [{}],
            400,
            error(
                "Invalid type for 'images[0]': expected a file, but got an object instead.",
                param="images[0]",
                code="invalid_type",
            ),
        ),
    ],
)
def test_refuses_references_to_nothing(fake_openai: FakeOpenAI, images: Any, status: int, problem: Any) -> None:
    answer = send(fake_openai, "POST", URL, {"model": GPT, "prompt": HAT, "images": images})
    assert (answer.status, answer.json) == (status, problem)


@both_clients
@pytest.mark.parametrize(
    ("request_", "param"),
    [
        ({"image": b"no image"}, "image"),
        pytest.param({"image": [FOX, b"no"]}, "image[1]", marks=takes_several),
        ({"mask": b"no"}, "mask"),
    ],
)
def test_refuses_files_that_are_no_images(fake_openai: FakeOpenAI, kind: str, request_: Any, param: str) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        edit(fake_openai, kind, **request_)
    assert {"error": refused.value.body} == invalid(param)


@takes_several
def test_refuses_too_many_images_and_too_large_ones(fake_openai: FakeOpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as many:
        edit(fake_openai, image=[FOX] * 17)
    with pytest.raises(openai.APIStatusError) as large:
        edit(fake_openai, image=FOX + bytes(50 * 2**20))
    assert (many.value.code, many.value.param) == ("array_above_max_length", "image")
    assert (large.value.status_code, large.value.type) == (413, "server_error")


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (b"no image", "Uploaded image must be a PNG and less than 4 MB."),
        (FOX + bytes(4 * 2**20), "Uploaded image must be a PNG and less than 4 MB."),
        (WIDE, "Uploaded image must be square."),
    ],
    ids=["text", "large", "wide"],
)
@pytest.mark.parametrize("operation", ["images.edit", "images.create_variation"])
def test_wants_small_square_pngs_for_an_older_model(
    fake_openai: FakeOpenAI, operation: str, image: bytes, message: str
) -> None:
    prompt: Any = {"prompt": HAT} if operation == "images.edit" else {}
    with pytest.raises(openai.BadRequestError) as refused:
        call_method(fake_openai, "sync", operation, model="dall-e-2", image=image, **prompt)
    assert {"error": refused.value.body} == error(message)


def test_edits_with_an_older_model_where_its_format_is_asked_for(fake_openai: FakeOpenAI) -> None:
    plain = send(fake_openai, "POST", URL, {"prompt": HAT, "images": [reference(FOX)]}).json
    body = {"prompt": HAT, "images": [reference(FOX)], "response_format": "b64_json"}
    older = send(fake_openai, "POST", URL, body).json
    assert ([*plain][1], [*older]) == ("background", ["created", "data"])


@both_clients
def test_varies_an_image(fake_openai: FakeOpenAI, kind: str) -> None:
    answer = call_method(fake_openai, kind, "images.create_variation", image=("fox.png", FOX), n=2, size="256x256")
    images = [download(each.url)[1] for each in answer.data]
    assert [png_size(image) for image in images] == [(256, 256)] * 2
    assert len(set(images)) == 2
    other = call_method(
        fake_openai, kind, "images.create_variation", image=HEN, response_format="b64_json", size="256x256"
    )
    assert image_of(other) not in images
    assert [*answer.to_dict()] == ["created", "data"]


def test_draws_the_prompt_that_a_rule_says(fake_openai: FakeOpenAI) -> None:
    fake_openai.when(endpoint="images.edit").script("a fox in a hat")
    assert b"a fox in a hat" in image_of(edit(fake_openai))


def test_takes_any_file_where_ids_are_assumed_to_exist() -> None:
    with FakeOpenAI(assume_exists=True) as fake:
        body = {"model": GPT, "prompt": HAT, "images": [{"file_id": "file-123"}]}
        assert send(fake, "POST", URL, body).status == 200
