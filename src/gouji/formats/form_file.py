"""Load a form by what people name: an edition, or the file of a supplementary form."""

from __future__ import annotations

import warnings
from pathlib import Path

from gouji.findings.rules import RULES
from gouji.form import editions
from gouji.form.model import Form
from gouji.form.prompts import troubles_in_excel
from gouji.form.supplementary import parse_supplementary
from gouji.runtime.decoding import notepad_text
from gouji.runtime.errors import DocumentError, EditionError
from gouji.runtime.files import open_file

LARGEST = 2**18
"""The most bytes of a form file; an official edition has a tenth of that."""


def load_form(named: Path | str) -> Form:
    """Return an official form by its edition, or a supplementary form by the path of its file (.toml).

    Raises GoujiError where there is neither, and EditionError, which names the file and the place of a mistake.
    """
    name = str(named)
    if name in editions.editions() or not (Path(name).exists() or name.lower().endswith(".toml")):
        return editions.load_form(name)
    return read_form_file(name)


def use_own_form(path: Path | str) -> Form:
    """Return the supplementary form of a file. Deprecated: it affects no other call and goes with the next release.

    Use :func:`load_form`, and pass the form to whatever reads its reports.
    """
    warnings.warn(
        "use_own_form() only reads the file: use load_form(path) and pass the form, as in read(path, form=form)",
        DeprecationWarning,
        stacklevel=2,
    )
    return read_form_file(path)


def read_form_file(path: Path | str) -> Form:
    """Read the file of a supplementary form that is to be used from now on.

    Raises GoujiError where there is no such file, and EditionError, which names the file and the place of a mistake or
    of what Excel would refuse or cut off.
    """
    form = read_form_in_use(path)
    for trouble in troubles_in_excel(form):
        raise EditionError(f"{Path(path).name}：{trouble}")
    return form


def read_form_in_use(path: Path | str) -> Form:
    """Read the file of a supplementary form whose workbooks have been sent out, whatever Excel makes of its notes.

    Raises GoujiError where there is no such file, and EditionError, which names the file and the place of a mistake.
    """
    path = Path(path)
    try:
        if path.is_file() and path.stat().st_size > LARGEST:
            raise EditionError(f"{path.name}：文件超过 {LARGEST // 1024} KB，不是格式文件。")
        data = open_file(path).data
    except DocumentError as error:
        raise EditionError(f"{path.name}：{error}") from None
    return parse_form_file(_text_of(data, path.name), path.name)


def parse_form_file(text: str, file: str) -> Form:
    """Decode the text of a supplementary form, whose relations may not have the id of one of our rules.

    ``file`` is its name for messages. Raises EditionError, which names the file and the place of a mistake.
    """
    return parse_supplementary(text, file, reserved=RULES)


def _text_of(data: bytes, file: str) -> str:
    try:
        return notepad_text(data)
    except UnicodeDecodeError:
        raise EditionError(f"{file}：不是文本文件。请用记事本打开，另存为 UTF-8 编码。") from None
