"""The files behind the URLs of generated images.

Reference: https://platform.openai.com/docs/api-reference/images/object
"""

from __future__ import annotations

from ..pipeline.operate import operate
from ..pipeline.operation import Operation
from .images.hosting import PATH, serve

ROUTES = [Operation("GET", PATH, "images.content", operate(serve), open=True)]
