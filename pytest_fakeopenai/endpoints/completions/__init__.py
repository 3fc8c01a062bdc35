"""Legacy completions. https://platform.openai.com/docs/api-reference/completions"""

from __future__ import annotations

from ...pipeline.generate import scripted
from .surface import SURFACE

ROUTES = [scripted("POST", "/completions", SURFACE)]
