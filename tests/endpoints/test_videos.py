"""Videos: queued, done, seen; and others made of them."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.wire.media import mp4
from pytest_fakeopenai.wire.media.file_types import image_format
from pytest_fakeopenai.wire.media.images.pattern import Pattern

from ._requests import both_clients, call_method, error, send

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.skipif(not hasattr(openai.OpenAI, "videos"), reason="this SDK knows no videos"),
]
FOX = "a red fox"
needs_edits = pytest.mark.skipif(
    not hasattr(getattr(openai.resources, "Videos", None), "create_character"), reason="this SDK edits no videos"
)


def make(fake: FakeOpenAI, kind: str = "sync", **request: Any) -> Any:
    return call_method(fake, kind, "videos.create", **{"prompt": FOX, **request})


def done(fake: FakeOpenAI, **request: Any) -> Any:
    return call_method(fake, "sync", "videos.create_and_poll", **{"prompt": FOX, **request})


@both_clients
def test_is_done_when_it_is_looked_at_again(fake_openai: FakeOpenAI, kind: str) -> None:
    queued = make(fake_openai, kind)
    retrieved = call_method(fake_openai, kind, "videos.retrieve", queued.id)
    assert (queued.status, queued.progress, queued.completed_at, queued.expires_at) == ("queued", 0, None, None)
    assert (retrieved.status, retrieved.progress, retrieved.expires_at - retrieved.completed_at) == (
        "completed",
        100,
        86_400,
    )
    assert retrieved.completed_at > retrieved.created_at
    assert call_method(fake_openai, kind, "videos.retrieve", queued.id) == retrieved


def test_sends_the_body_that_the_api_sends(fake_openai: FakeOpenAI) -> None:
    body = send(fake_openai, "POST", "/v1/videos", {"prompt": FOX}).json
    assert body == {
        "id": body["id"],
        "object": "video",
        "model": "sora-2",
        "status": "queued",
        "progress": 0,
        "created_at": body["created_at"],
        "completed_at": None,
        "expires_at": None,
        "prompt": FOX,
        "size": "720x1280",
        "seconds": "4",
        "remixed_from_video_id": None,
        "error": None,
    }
    assert body["id"].startswith("video_")


@both_clients
def test_is_polled_until_it_is_done(fake_openai: FakeOpenAI, kind: str) -> None:
    settings: Any = {"prompt": FOX, "model": "sora-2-pro", "seconds": "8", "size": "1280x720"}
    video = call_method(fake_openai, kind, "videos.create_and_poll", **settings)
    assert (video.status, video.model, video.seconds, video.size) == ("completed", "sora-2-pro", "8", "1280x720")
    assert [request.endpoint for request in fake_openai.requests] == ["videos.create", "videos.retrieve"]


@both_clients
def test_gives_a_film_and_pictures_of_it(fake_openai: FakeOpenAI, kind: str) -> None:
    video = done(fake_openai, seconds="8")
    shown = {
        variant: call_method(fake_openai, kind, "videos.download_content", video.id, variant=variant)
        for variant in ("video", "thumbnail", "spritesheet")
    }
    assert shown["video"].content == mp4.write(Pattern(FOX, 720, 1280), 8)
    assert [answer.response.headers["content-type"] for answer in shown.values()] == [
        "video/mp4",
        "image/webp",
        "image/jpeg",
    ]
    assert [image_format(shown[name].content) for name in ("thumbnail", "spritesheet")] == ["webp", "jpeg"]


def test_shows_nothing_of_what_is_not_done(fake_openai: FakeOpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        fake_openai.client.videos.download_content(make(fake_openai).id)
    message = "Video is not ready yet, use GET /v1/videos/{video_id} to check status."
    assert {"error": refused.value.body} == error(message)


def test_knows_no_other_variant(fake_openai: FakeOpenAI) -> None:
    answer = send(fake_openai, "GET", f"/v1/videos/{done(fake_openai).id}/content?variant=sound")
    message = "Invalid value: 'sound'. Supported values are: 'video', 'thumbnail', and 'spritesheet'."
    assert (answer.status, answer.json) == (400, error(message, param="variant", code="invalid_value"))


def test_remixes(fake_openai: FakeOpenAI) -> None:
    video = done(fake_openai, seconds="12", size="1792x1024", model="sora-2-pro")
    remixed = fake_openai.client.videos.remix(video.id, prompt="a blue hen")
    assert (remixed.status, remixed.prompt, remixed.remixed_from_video_id) == ("queued", "a blue hen", video.id)
    assert (remixed.seconds, remixed.size, remixed.model) == ("12", "1792x1024", "sora-2-pro")


@pytest.mark.parametrize(("path", "seconds"), [("edits", "8"), ("extensions", "12")])
def test_edits_and_extends_a_video_by_its_id(fake_openai: FakeOpenAI, path: str, seconds: str) -> None:
    body = {"prompt": "again", "seconds": "4", "video": {"id": done(fake_openai, seconds="8").id}}
    if path == "edits":
        del body["seconds"]
    video = send(fake_openai, "POST", f"/v1/videos/{path}", body).json
    assert (video["status"], video["prompt"], video["seconds"]) == ("queued", "again", seconds)
    assert video["remixed_from_video_id"] is None


@needs_edits
def test_edits_and_extends_a_file(fake_openai: FakeOpenAI) -> None:
    file: Any = ("a.mp4", mp4.write(Pattern(FOX, 64, 64), 1), "video/mp4")
    client: Any = fake_openai.client
    edited = client.videos.edit(prompt="again", video=file)
    extended = client.videos.extend(prompt="again", video=file, seconds="8")
    assert (edited.seconds, extended.seconds) == ("4", "12")


@pytest.mark.parametrize(
    ("video", "status", "problem"),
    [
        ({"id": "video_1"}, 404, error("Not found")),
        (None, 400, error("Missing required parameter: 'video'.", param="video", code="missing_required_parameter")),
        (
            "video_1",
            400,
            error(
                "Invalid type for 'video': expected a file, but got a string instead.",
                param="video",
                code="invalid_type",
            ),
        ),
    ],
)
def test_edits_no_unknown_video(fake_openai: FakeOpenAI, video: Any, status: int, problem: Any) -> None:
    fields = {} if video is None else {"video": video}
    answer = send(fake_openai, "POST", "/v1/videos/edits", {"prompt": "again", **fields})
    assert (answer.status, answer.json) == (status, problem)


@both_clients
@needs_edits
def test_makes_characters(fake_openai: FakeOpenAI, kind: str) -> None:
    character = call_method(fake_openai, kind, "videos.create_character", name="Ann", video=("a.mp4", b"film"))
    assert (character.id[:5], character.name) == ("char_", "Ann")
    assert call_method(fake_openai, kind, "videos.get_character", character.id).to_dict() == character.to_dict()
    assert send(fake_openai, "GET", "/v1/videos/characters/char_1").status == 404


def test_lists_and_deletes_videos(fake_openai: FakeOpenAI) -> None:
    ids = [make(fake_openai).id for _ in range(5)]
    client = fake_openai.client
    assert [each.id for each in client.videos.list(limit=2)] == ids[::-1]
    gone = client.videos.delete(ids[0])
    assert (gone.id, gone.deleted, gone.object) == (ids[0], True, "video.deleted")
    with pytest.raises(openai.NotFoundError):
        client.videos.retrieve(ids[0])


@pytest.mark.parametrize(
    ("body", "param"),
    [({}, "prompt"), ({"prompt": "x" * 32_001}, "prompt"), ({"prompt": FOX, "seconds": 4}, "seconds")],
)
def test_refuses_what_the_api_refuses(fake_openai: FakeOpenAI, body: Any, param: str) -> None:
    answer = send(fake_openai, "POST", "/v1/videos", body)
    assert (answer.status, answer.json["error"]["param"]) == (400, param)


def test_shows_what_it_can_where_nothing_is_checked() -> None:
    with FakeOpenAI(validation="off", assume_exists=True) as fake:
        odd = send(fake, "POST", "/v1/videos", {"prompt": FOX, "seconds": "0", "size": "tiny"}).json
        lengths = [send(fake, "GET", f"/v1/videos/{key}/content") for key in (odd["id"], "video_unknown")]
    assert [answer.headers["content-type"] for answer in lengths] == ["video/mp4"] * 2


def test_fails_where_a_rule_says(fake_openai: FakeOpenAI) -> None:
    video = make(fake_openai)
    failed = {**video.to_dict(), "status": "failed", "error": {"code": "moderation_blocked", "message": "No."}}
    fake_openai.when(endpoint="videos.retrieve").always(failed)
    assert fake_openai.client.videos.poll(video.id).status == "failed"
