"""Files that cannot be filled, each with one sentence for the officer who wants to fill it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

from gouji.runtime.compound import is_old_workbook
from gouji.runtime.errors import DocumentError, GoujiError
from gouji.runtime.signatures import OLE, ZIP, has_password
from gouji.runtime.untrusted_zip import Archive

_SAVED_ANEW = "请在 Excel 或者 WPS 里打开，另存为新的“Excel 工作簿(.xlsx)”，再运行一次。"
_MACROS = re.compile(rb"<Override\b[^>]*(?:macroEnabled|vbaProject)")
_TO_THE_SENDER = re.compile(r"请(?:单位|用|另存|解压|发回)[^。]*。")


def refuse_other_files(data: bytes, name: str) -> None:
    """Refuse a file that is not an .xlsx without macros.

    Raises GoujiError with one sentence that says what it is and what to do.
    """
    with told_to_the_officer(name):
        why = _why(data)
    if why:
        raise GoujiError(f"“{name}”{why}")


def _why(data: bytes) -> str:
    if not data:
        return "是空的（0 字节），没有填。"
    if has_password(data):
        return "有打开密码，打不开，没有填。请去掉打开密码，另存一份，再运行一次。"
    if data.startswith(OLE):
        if is_old_workbook(data):
            return "是旧的 .xls 格式，填了会丢掉里面的东西，没有填。请另存为“Excel 工作簿(.xlsx)”，再运行一次。"
        return "不是 Excel 工作簿，没有填。"
    if not data.startswith(ZIP):
        return "不是 Excel 工作簿，没有填。请用上级下发的 .xlsx 表格。"
    archive = Archive(data)
    if "mimetype" in archive or ("content.xml" in archive and "[Content_Types].xml" not in archive):
        return "是 .ods 格式，填了会丢掉里面的东西，没有填。请另存为“Excel 工作簿(.xlsx)”，再运行一次。"
    types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in archive else b""
    if _MACROS.search(types) or any(part.lower().endswith("vbaproject.bin") for part in archive.names):
        return "带有宏（.xlsm），没有填。请另存为“Excel 工作簿(.xlsx)”，填好以后，要用宏的再把数字复制回去。"
    if "xl/workbook.bin" in archive:
        return "是 .xlsb 格式，没有填。请另存为“Excel 工作簿(.xlsx)”，再运行一次。"
    if not archive.has_folder("xl/"):
        return "不是 Excel 工作簿，没有填。请用上级下发的 .xlsx 表格。"
    return ""


@contextlib.contextmanager
def told_to_the_officer(name: str) -> Iterator[None]:
    """Turn what is said to a unit of a file that cannot be opened safely into what the officer can do."""
    try:
        yield
    except DocumentError as error:
        said = str(error)
        what = _TO_THE_SENDER.sub("", said).strip()
        raise (DocumentError(f"“{name}”：{what}{_SAVED_ANEW}") if what != said else error) from None
