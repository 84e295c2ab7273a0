"""From templates to web pages: all text is escaped, and a page loads nothing and sends nothing."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from gouji.runtime.printable import clean


def page(template: str, **values: Any) -> bytes:
    """Return a template rendered with some values and cleaned; the same values give the same bytes."""
    return clean(_environment().get_template(template).render(**values)).encode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("gouji.formats.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["policy"] = _policy
    return environment


def _policy(script: str = "") -> str:
    """Return the Content-Security-Policy of a page: its own style, its own script if it has one, and nothing else."""
    allowed = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    if not script:
        return allowed
    text = _environment().get_template(script).render().encode()
    return f"{allowed}; script-src 'sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode()}'"
