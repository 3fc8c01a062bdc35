"""What OpenAI refuses of requests that put files into vector stores, beyond types and bounds."""

from __future__ import annotations

from collections.abc import Iterator

from ...replies.faults import ApiError
from ...wire.contract import lengths
from ...wire.json_values import as_dict
from ...wire.protocol import errors
from ...wire.protocol.call import Json

_MOST_FILES, _MOST_IN_BATCH = 500, 2000


def of_store(body: Json) -> Iterator[ApiError]:
    """A store: the files that it begins with."""
    yield from lengths.array("file_ids", body.get("file_ids"), _MOST_FILES)
    yield from _of_strategy("chunking_strategy", body)


def of_file(body: Json, path: str = "") -> Iterator[ApiError]:
    """A file to be attached: its attributes and how it is cut."""
    yield from lengths.pairs(f"{path}attributes", body.get("attributes"))
    yield from _of_strategy(f"{path}chunking_strategy", body)


def of_batch(body: Json) -> Iterator[ApiError]:
    """Files by their ids, or one by one."""
    several = [name for name in ("file_ids", "files") if body.get(name) is not None]
    if not several:
        yield errors.missing_parameter("file_ids")
    if len(several) == 2:
        message = "Mutually exclusive parameters: 'file_ids' and 'files'. Provide only one of them."
        yield ApiError(400, message, param="files", code="mutually_exclusive_parameters")
    for name in several:
        yield from lengths.array(name, body[name], _MOST_IN_BATCH)
    yield from of_file(body)
    files = body.get("files")
    for index, file in enumerate(files if isinstance(files, list) else ()):
        yield from of_file(as_dict(file), f"files[{index}].")


def _of_strategy(path: str, body: Json) -> Iterator[ApiError]:
    """Of a chunk at most half may be in the next as well."""
    static = as_dict(as_dict(body.get("chunking_strategy")).get("static"))
    size, overlap = static.get("max_chunk_size_tokens"), static.get("chunk_overlap_tokens")
    if isinstance(size, int) and isinstance(overlap, int) and overlap > size // 2:
        yield errors.out_of_range(f"{path}.static.chunk_overlap_tokens", overlap, high=size // 2)
