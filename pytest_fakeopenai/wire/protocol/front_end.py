"""Where an endpoint's requests arrive, as far as the headers and errors of its answers tell.

The older endpoints are behind a front end of their own, which turns a request away before any model is asked: its
errors have a layout of their own and do not tell who would have served the request.
"""

from __future__ import annotations

from typing import NamedTuple


class FrontEnd(NamedTuple):
    """What the headers and errors of an endpoint's answers depend on.

    - `older` marks the front end with errors of its own: it names every unknown argument in one error, and tells at
      length that a key or a model is missing.
    - `metered` tells whether headers tell of rate limits; with `metered_errors` those of a 400 do as well, and with
      `refunds` the estimate of a blocking request has been given back by the time its answer begins.
    - `proxied` tells whether answers have the header of the API's proxy; `legacy` whether they have the headers of the
      legacy completions, which name the model.
    - `restates` tells whether an error that turns away a key of the API's own look has a body of its own, which says
      the status again.
    """

    older: bool = False
    metered: bool = False
    metered_errors: bool = False
    refunds: bool = False
    proxied: bool = True
    legacy: bool = False
    restates: bool = False


NEWER = FrontEnd()
