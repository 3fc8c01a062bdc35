"""The files of a skill: a folder sent file by file or as a zip, with a SKILL.md that says what it is.

What a bundle has to be: https://developers.openai.com/api/docs/guides/tools-skills, https://agentskills.io/specification
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ...pipeline.forms import Upload
from ...replies.faults import ApiError

_MANIFEST = "skill.md"
_MOST_FILES = 500
_MEGABYTE = 2**20
_LARGEST_ZIP, _LARGEST_FILE = 50 * _MEGABYTE, 25 * _MEGABYTE
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_NAME, _LONGEST_DESCRIPTION = 64, 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold
_FIELD = re.compile(r"(name|description)[ \t]*:[ \t]*(.*)")
_BLOCK = re.compile(r"[|>][+-]?\d?")


@dataclass(frozen=True)
class Bundle:
    """A skill's files by path and size, the `name` and `description` in its SKILL.md, and all of it as a zip."""

    sizes: dict[str, int]
    metadata: dict[str, str]
    archive: bytes = field(repr=False)

    def refusals(self) -> Iterator[ApiError]:
        """What OpenAI refuses of the bundle."""
        if len(self.sizes) > _MOST_FILES:
            yield _invalid(f"a skill has at most {_MOST_FILES} files, but {len(self.sizes)} were sent")
        if len(self.archive) > _LARGEST_ZIP:
            yield _invalid("a zip has at most 50 MB")
        for path, size in self.sizes.items():
            if size > _LARGEST_FILE:
                yield _invalid(f"a file has at most 25 MB, but '{path}' has {size} bytes")
        manifests = sum(map(_is_manifest, self.sizes))
        if manifests != 1:
            yield _invalid(f"exactly one SKILL.md is needed, but {manifests} were sent")
        else:
            yield from _metadata_refusals(self.metadata)


def _metadata_refusals(metadata: dict[str, str]) -> Iterator[ApiError]:
    name, description = metadata.get("name", ""), metadata.get("description", "")
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        yield _invalid(
            "the front matter of SKILL.md needs a name of lowercase letters, digits and single hyphens, at most "
            f"{_LONGEST_NAME} characters long, but it has '{name[:100]}'"
        )
    if not description or len(description) > _LONGEST_DESCRIPTION:
        yield _invalid(f"the front matter of SKILL.md needs a description of 1 to {_LONGEST_DESCRIPTION} characters")


def _invalid(problem: str) -> ApiError:
    return ApiError(400, f"Invalid skill: {problem}.", param="files")


def bundle(uploads: Sequence[Upload]) -> Bundle:
    """The bundle that was sent; ApiError for a zip that is none."""
    try:
        if len(uploads) == 1 and _is_zip(uploads[0]):
            return _unpacked(uploads[0].content)
        return _gathered({upload.filename or "upload": upload.content for upload in uploads})
    except Exception as error:  # a zip that is broken can make its reader fail in any way
        raise _invalid("its files cannot be read, or not be put into a zip") from error


def _gathered(files: dict[str, bytes]) -> Bundle:
    manifest = next((content for path, content in files.items() if _is_manifest(path)), b"")
    sizes = {path: len(content) for path, content in files.items()}
    return Bundle(sizes, front_matter(manifest), packed(files))


def _is_zip(upload: Upload) -> bool:
    return upload.content.startswith(b"PK") or upload.filename.lower().endswith(".zip")


def _is_manifest(path: str) -> bool:
    return path.rpartition("/")[2].lower() == _MANIFEST


def _unpacked(archive: bytes) -> Bundle:
    """The bundle in a zip; of its files only SKILL.md is read."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        files = [each for each in opened.infolist() if not each.is_dir()]
        manifest = next((_content(opened, each) for each in files if _is_manifest(each.filename)), b"")
    return Bundle({each.filename: each.file_size for each in files}, front_matter(manifest), archive)


def _content(opened: zipfile.ZipFile, file: zipfile.ZipInfo) -> bytes:
    with opened.open(file) as stream:
        return stream.read(_LARGEST_FILE)


def packed(files: dict[str, bytes]) -> bytes:
    """Files as a zip: the same files make the same bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def front_matter(manifest: bytes) -> dict[str, str]:
    """`name` and `description`, as far as they stand in the lines between the first two `---`."""
    first, *lines = manifest.decode("utf-8-sig", "replace").splitlines() or [""]
    if first.rstrip() != "---":
        return {}
    end = next((index for index, line in enumerate(lines) if line.rstrip() == "---"), 0)
    metadata = {}
    for index, line in enumerate(lines[:end]):
        if match := _FIELD.fullmatch(line.rstrip()):
            metadata[match[1]] = _value(match[2].strip(), lines[index + 1 : end])
    return metadata


def _value(text: str, following: list[str]) -> str:
    """A value of YAML: quoted, in a block, or as it stands, which lines that are indented go on with."""
    more = [line.strip() for line in _indented(following) if line.strip()]
    if _BLOCK.fullmatch(text):
        return ("\n" if text.startswith("|") else " ").join(more).strip()
    whole = " ".join([text, *more])
    if len(whole) > 1 and whole[0] == whole[-1] == '"':
        return whole[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    if len(whole) > 1 and whole[0] == whole[-1] == "'":
        return whole[1:-1].replace("''", "'")
    return whole.partition(" #")[0].strip()


def _indented(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if line.strip() and not line.startswith((" ", "\t")):
            return
        yield line
