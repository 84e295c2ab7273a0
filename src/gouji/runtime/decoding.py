"""Files that people write, decoded strictly: TOML and JSON into records, and whatever Notepad has saved into text.

An unknown key is an error, because a misspelt key would otherwise silently do nothing. Errors are in Chinese and give
the place in the file and the name that was probably meant.
"""

from __future__ import annotations

import codecs
import contextlib
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from functools import cache
from typing import Any, Literal, TypeVar

import msgspec

from gouji.runtime.errors import DocumentError, EditionError, GoujiError
from gouji.runtime.spelling import closest, meant

T = TypeVar("T")

_LONGEST_MISSPELT = 100
"""Only the first characters of an unknown name are compared with known names, as this takes quadratic time."""

# ---------------------------------------------------------------- texts


def notepad_text(data: bytes, errors: Literal["strict", "replace"] = "strict") -> str:
    """Return a text in any encoding of Notepad: UTF-8 with or without byte order mark, UTF-16 with one, or GBK.

    Windows line ends become those of Python. Raises UnicodeDecodeError for data that is not text; with
    ``errors="replace"``, U+FFFD replaces the bytes that cannot be decoded.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", errors)
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("gb18030", errors)
    return text.replace("\r\n", "\n")


# ---------------------------------------------------------------- names


def refuse_unknown(
    names: Iterable[str],
    known: Collection[str],
    sentence: Callable[[str], str],
    error: type[GoujiError] = GoujiError,
) -> None:
    """Raise an error for the first unknown name.

    ``sentence`` returns the message for a name, without the full stop, because the nearest known name may follow.
    """
    for name in names:
        if name not in known:
            raise error(sentence(name) + meant(closest(name[:_LONGEST_MISSPELT], list(known))))


@cache
def field_names(record: type) -> tuple[str, ...]:
    """Return the keys of a record and of all records inside it, in alphabetical order."""
    return tuple(sorted(_names_in(msgspec.inspect.type_info(record))))


def _names_in(info: msgspec.inspect.Type) -> set[str]:
    if isinstance(info, msgspec.inspect.StructType):
        inner = [field.type for field in info.fields]
        own = {field.encode_name for field in info.fields}
    else:
        inner = [
            *getattr(info, "types", ()),
            *getattr(info, "item_types", ()),
            *(getattr(info, part) for part in ("item_type", "value_type") if hasattr(info, part)),
        ]
        own = set[str]()
    return own.union(*map(_names_in, inner))


# ---------------------------------------------------------------- TOML


class _WrongError(Exception):
    """A TOML file is wrong; the message is in words and does not name the file."""


def toml_record(text: str, record: type[T], file: str) -> T:
    """Decode a TOML file into a record.

    Raises EditionError, naming the file and the place, for an unknown key, a value of the wrong type or a broken line.
    """
    try:
        return _toml(text, record)
    except _WrongError as wrong:
        raise EditionError(f"{file}：{wrong}") from None


def toml_table(text: str, file: str) -> dict[str, Any]:
    """Decode a TOML file with any keys, as an officer writes it in Notepad.

    Raises GoujiError, naming the file and the line.
    """
    try:
        return _toml(text, dict[str, Any], hint="日期写成 年-月-日，")
    except _WrongError as wrong:
        raise GoujiError(f"“{file}”{wrong}") from None


def _toml(text: str, type: type[T], hint: str = "") -> T:
    try:
        return msgspec.toml.decode(text, type=type)
    except msgspec.ValidationError as error:
        raise _WrongError(_in_words(str(error), type)) from None
    except msgspec.DecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        where = f"第 {line[1]} 行" if line else "有一行"
        raise _WrongError(f"{where}写得不对。文字要放在英文引号里，{hint}同一项只能写一次。") from None
    except RecursionError:
        raise _WrongError("括号套得太深。") from None
    except ValueError:  # a number has more digits than Python accepts
        raise _WrongError("有一个数字太长。") from None


_WRONG = (
    (r"missing required field `(.+?)`", "缺少“{}”这一项。"),
    (r"Invalid enum value '?(.*?)'?(?: - |$)", "没有“{}”这个值。"),
)
_TYPES = {
    "str": "文字",
    "int": "整数",
    "float": "小数",
    "bool": " true 或者 false",
    "array": "列表",
    "object": "一组“名称 = 值”",
    "null": "空的",
}


def _in_words(message: str, record: type) -> str:
    """Translate a decoder's message into Chinese, with the place and the nearest known name."""
    place = re.search(r"at `\$\.?(.+?)`", message)
    where = f"{place[1]}：" if place else ""
    if unknown := re.search(r"unknown field `(.+?)`", message):
        near = closest(unknown[1][:_LONGEST_MISSPELT], field_names(record))
        return f"{where}没有“{unknown[1]}”这一项{meant(near)}"
    if types := re.search(r"Expected `(.+?)`, got `(.+?)`", message):
        # Several types may be expected, as in `int | null`.
        wanted, got = (_TYPES.get(name.split(" | ")[0], name) for name in types.groups())
        return f"{where}应当是{wanted}，写的是{got}。"
    for pattern, words in _WRONG:
        if found := re.search(pattern, message):
            return where + words.format(found[1])
    return f"写得不对（{message}）。"


# ---------------------------------------------------------------- JSON


def json_table(data: bytes) -> dict[str, msgspec.Raw]:
    """Decode the outermost object of a JSON file; decode its values with :func:`json_value`.

    Raises DocumentError that names the place in the file, or a key that stands twice in one object.
    """
    try:
        text = data.decode("utf-8-sig")
        table = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except UnicodeDecodeError:
        raise DocumentError("JSON 文件里的文字不是 UTF-8 编码。请用 UTF-8 编码重新保存。") from None
    except (msgspec.DecodeError, RecursionError) as error:
        # Only the place in the library's English message is useful to an officer.
        place = re.search(r"\(byte (\d+)\)", str(error))
        where = f"（大约在第 {int(place[1]) + 1} 个字节）" if place else ""
        raise DocumentError(f"不是正确的 JSON，或者不完整{where}。请重新导出、重新发送。") from None
    _refuse_repeated(text)
    return table


def _refuse_repeated(text: str) -> None:
    """Refuse a key that stands twice in an object: of two values a decoder takes the last, and a person the first."""

    def look(pairs: list[tuple[str, object]]) -> None:
        if len({key for key, _ in pairs}) < len(pairs):
            repeated = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
            raise DocumentError(f"“{repeated[:60]}”在 JSON 的同一层里写了两次，分不清以哪个为准。请只留一个。")

    # What is too deep for this look, or no proper text, is refused when the values are decoded.
    with contextlib.suppress(RecursionError, ValueError):
        json.loads(text, object_pairs_hook=look, parse_int=str, parse_float=str)


def json_value(raw: msgspec.Raw, type: Any, place: str, wanted: str) -> Any:
    """Decode a value of a JSON file; ``place`` is its path in the file, and ``wanted`` describes the right type.

    Raises DocumentError that quotes a wrong value.
    """
    try:
        return msgspec.json.decode(raw, type=type)
    except msgspec.DecodeError:
        quoted = bytes(raw)[:40].decode(errors="replace")
        raise DocumentError(f"{place}：应当是{wanted}，这里写的是 {quoted}。") from None
