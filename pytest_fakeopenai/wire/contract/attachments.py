"""Images and files that a request carries in itself, as data URLs."""

from __future__ import annotations

from collections.abc import Iterator

from ...replies.faults import ApiError

_IMAGE = "a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU=')"
_FILE = "a base64-encoded data URL with a valid file MIME type (e.g. 'data:text/plain;base64,SGVsbG8sIFdvcmxkIQ==')"
_SUPPORTED = (
    "Please see https://platform.openai.com/docs/assistants/tools/file-search#supported-files for supported file types."
)
_UNPREFIXED = "a value without the 'data:' prefix"
_NOT_DOCUMENTS = ("audio/", "video/")
_LONGEST_HEAD = 256


def chat_image(path: str, url: object) -> Iterator[ApiError]:
    """The URL of an image in a chat message."""
    if isinstance(url, str) and (fault := _image_fault(url)):
        yield _invalid(path, f"Invalid image URL: '{path}'. Expected {_IMAGE}, but got {fault}.")


def input_image(path: str, url: object) -> Iterator[ApiError]:
    """The URL of an image in an input item of Responses."""
    if isinstance(url, str) and (fault := _image_fault(url)):
        yield _invalid(path, f"Invalid '{path}'. Expected {_IMAGE}, but got {fault}.")


def input_file(path: str, data: object) -> Iterator[ApiError]:
    """The content of a file in an input item of Responses."""
    if isinstance(data, str) and (fault := _file_fault(data)):
        yield _invalid(path, f"Invalid file data: '{path}'. Expected {_FILE}, but got {fault}. {_SUPPORTED}")


def _invalid(path: str, message: str) -> ApiError:
    return ApiError(400, message, param=path, code="invalid_value")


def _image_fault(url: str) -> str | None:
    """An address of any scheme is left alone: only a download would tell."""
    if not url.startswith("data:"):
        return None if ":" in url[:_LONGEST_HEAD] else _UNPREFIXED
    return None if len(url) > _LONGEST_HEAD or url.partition(",")[2] else "empty base64-encoded bytes"


def _file_fault(data: str) -> str | None:
    if not data.startswith("data:"):
        return None if ":" in data[:_LONGEST_HEAD] else _UNPREFIXED
    kind = data[len("data:") : _LONGEST_HEAD].partition(",")[0].partition(";")[0]
    return f"unsupported MIME type '{kind}'" if kind.startswith(_NOT_DOCUMENTS) else None
