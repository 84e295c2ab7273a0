"""Files that people write, decoded strictly."""

from __future__ import annotations

import msgspec
import pytest

from gouji.runtime.decoding import (
    field_names,
    json_table,
    json_value,
    notepad_text,
    refuse_unknown,
    toml_record,
    toml_table,
)
from gouji.runtime.errors import DocumentError, EditionError, GoujiError

TEXT = "单位 = '清溪镇'\r\n年度 = 2025\r\n"


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    depth: int
    kind: str = msgspec.field(name="sort", default="")


class Outer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    inner: tuple[Inner, ...] = ()
    named: dict[str, Inner] = {}
    maybe: Inner | None = None


# ---------------------------------------------------------------- texts


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
def test_a_text_from_notepad_is_read_in_each_of_its_encodings(encoding: str) -> None:
    assert notepad_text(TEXT.encode(encoding)) == TEXT.replace("\r\n", "\n")


def test_data_that_is_not_text_is_rejected_or_replaced() -> None:
    binary = b"\x00\x81\xff\xff"
    with pytest.raises(UnicodeDecodeError):
        notepad_text(binary)
    assert "\ufffd" in notepad_text(binary, "replace")


# ---------------------------------------------------------------- names


def test_an_unknown_name_is_rejected_with_the_closest_known_name() -> None:
    refuse_unknown(["year"], ["year"], lambda name: f"没有“{name}”")
    with pytest.raises(DocumentError, match=r"^没有“yaer”，是不是“year”？$"):
        refuse_unknown(["year", "yaer"], ["year", "unit"], lambda name: f"没有“{name}”", DocumentError)
    with pytest.raises(GoujiError, match=r"^没有“deadline”。$"):
        refuse_unknown(["deadline"], ["year", "unit"], lambda name: f"没有“{name}”")


def test_field_names_include_those_of_inner_records() -> None:
    assert field_names(Outer) == ("depth", "inner", "maybe", "named", "sort", "title")


# ---------------------------------------------------------------- TOML


@pytest.mark.parametrize(
    "text, sentence",
    [
        pytest.param("title = 'a'\ntilte = 'b'", "没有“tilte”这一项，是不是“title”？", id="a misspelt key"),
        pytest.param(
            "title = 'a'\n[[inner]]\ndepth = 1\nsrot = 'b'",
            "inner[0]：没有“srot”这一项，是不是“sort”？",
            id="a misspelt key inside",
        ),
        pytest.param("title = 'a'\nxyz = 1", "没有“xyz”这一项。", id="a key like no other"),
        pytest.param("title = 3", "title：应当是文字，写的是整数。", id="a wrong type"),
        pytest.param("", "缺少“title”这一项。", id="a key that is missing"),
        pytest.param(
            "title = 'a'\ntitle = 'b'\n",
            "第 2 行写得不对。文字要放在英文引号里，同一项只能写一次。",
            id="a key twice",
        ),
        pytest.param("title = ", "有一行写得不对。文字要放在英文引号里，同一项只能写一次。", id="cut off"),
        pytest.param("title = " + "[" * 5000, "括号套得太深。", id="brackets without end"),
        pytest.param("title = " + "9" * 5000, "有一个数字太长。", id="a number without end"),
    ],
)
def test_a_mistake_in_a_record_is_reported_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(EditionError) as refused:
        toml_record(text, Outer, "表.toml")
    assert str(refused.value) == f"表.toml：{sentence}"


@pytest.mark.parametrize(
    "text, sentence",
    [
        pytest.param(
            "a = 乙", "第 1 行写得不对。文字要放在英文引号里，日期写成 年-月-日，同一项只能写一次。", id="no quotes"
        ),
        pytest.param("a = " + "[" * 5000, "括号套得太深。", id="brackets without end"),
        pytest.param("a = " + "9" * 5000, "有一个数字太长。", id="a number without end"),
    ],
)
def test_a_mistake_in_a_table_is_reported_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(GoujiError) as refused:
        toml_table(text, "设置.toml")
    assert str(refused.value) == f"“设置.toml”{sentence}"


# ---------------------------------------------------------------- JSON


def test_invalid_json_is_rejected_with_the_place() -> None:
    with pytest.raises(DocumentError, match="大约在第 10 个字节"):
        json_table(b'{"year": }')
    with pytest.raises(DocumentError, match="不是 UTF-8 编码"):
        json_table('{"年": 1}'.encode("gbk"))


def test_a_value_of_the_wrong_type_is_quoted() -> None:
    raw = json_table(b'\xef\xbb\xbf{"year": "2025"}')["year"]
    assert json_value(raw, str, "year", "文字") == "2025"
    with pytest.raises(DocumentError, match=r'^year：应当是整数，这里写的是 "2025"。$'):
        json_value(raw, int, "year", "整数")


@pytest.mark.parametrize(
    "text",
    [
        '{"year": 1, "year": 2}',
        '{"year": 1, "ye\\u0061r": 1}',
        '{"unit": {"year": "a", "year": "a"}}',
        '{"texts": [{"year": 1, "name": 2, "year": 3}]}',
    ],
)
def test_a_key_that_stands_twice_in_an_object_is_refused_by_name(text: str) -> None:
    with pytest.raises(DocumentError, match="“year”在 JSON 的同一层里写了两次，分不清以哪个为准。请只留一个。"):
        json_table(text.encode())


def test_a_key_may_stand_in_several_objects() -> None:
    assert set(json_table(b'{"a": {"year": 1}, "b": {"year": 1}, "year": 2}')) == {"a", "b", "year"}
