"""What a text cites. https://platform.openai.com/docs/api-reference/messages/object"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...wire.protocol.call import Json

_MARK = re.compile("【[^【】†]*†([^【】]*)】")


def cited(text: str, found: Sequence[Json]) -> Iterator[Json]:
    """The annotations of a text: each mark such as `【4:0†guide.md】` cites the file of that name, else the best."""
    names = {each["filename"]: each["file_id"] for each in reversed(found)}
    for mark in _MARK.finditer(text) if found else ():
        yield {
            "type": "file_citation",
            "text": mark[0],
            "start_index": mark.start(),
            "end_index": mark.end(),
            "file_citation": {"file_id": names.get(mark[1], found[0]["file_id"])},
        }
