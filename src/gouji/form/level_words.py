"""The words by which the lists of offices tell the levels of their units: 县直单位, 街道办, 园区, 国企."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from gouji.form.labels import bare
from gouji.form.levels import DEPARTMENT, LEVELS, Level, level_named, level_named_by


@dataclass(frozen=True)
class Meaning:
    """What a word says of a unit's level."""

    key: str = ""
    """The level; empty where the word is about levels and names none, such as 其他单位."""
    certain: bool = False


_COUNT = re.compile(r"(?:共|计)*[0-9一二三四五六七八九十百]+(?:个|家|户)?(?:单位|部门|乡镇|街道)?$")
_AROUND = re.compile(r"^(?:各|全[县区市旗省州盟]|本级|所属|下属)+|(?:名单|通讯录|联系表|一览表|名录|部分|系列|类)+$")
_OF_THE_AREA = re.compile(
    r"(?:政府|人民政府|本级)?(?:组成|工作|职能|直属|党政|党委|党群|群团|派出|派驻)*(?:部门|机关|机构|单位|系统|团体|组织)"
    r"|(?:委办局|局委办|部委办局|委局|局办|直属|党群|党委|群团|事业单位|局)"
    r"|(?:各类)?(?:园区|开发区|功能区|管委会|开发区管委会)"
    r"|(?:垂直?管理?|双重?管理?|条管)(?:部门|单位|机关|机构)*"
    r"|(?:中央|中省|上级|省级?|市级?|省市)?(?:驻[县区市旗州]|直)(?:直)?(?:部门|单位|机构|机关)?"
)
"""Words for departments of the area that the list is about. Whether all of them are, only the office knows."""
_OTHERS = re.compile(r"其[他它](?:单位|部门|机构|组织)*$")
_OF_NO_LEVEL = re.compile(
    r"(?:县属|市属|区属|地方)?(?:国有)?(?:企业|国企|公司)(?:单位)?|公共企事业单位|公用企业|企事业单位|学校|医院|无|暂无|没有|待定"
)


def level_meant(words: str, area: str = "") -> Meaning | None:
    """Return what words say of the level of a unit, in a list of the government of an ``area``.

    That is its level, such as that of a county; empty where it is not known. None for words that are not about levels.
    """
    if exact := level_named_by(words.strip()):
        return Meaning(exact, certain=True)
    plain = bare(words)
    plain = _COUNT.sub("", plain) or plain
    if _OTHERS.match(plain):
        return Meaning()
    core = _AROUND.sub("", plain).replace("各", "")
    for level in LEVELS.values():
        if level.usual and re.fullmatch(level.usual, core):
            return _in_the_area(level, area)
    if _OF_THE_AREA.fullmatch(core):
        return Meaning(departments_of(area))
    return Meaning() if _OF_NO_LEVEL.fullmatch(core) else None


def _in_the_area(level: Level, area: str) -> Meaning:
    """Return a level that was named; 市直部门 are those of the county where the city has the rank of one."""
    order = list(LEVELS)
    if area and order.index(level.key) > order.index(area):
        return Meaning(area if level.government else departments_of(area))
    return Meaning(level.key, certain=True)


def departments_of(area: str) -> str:
    """Return the level of the departments of a government with this level; empty where there is none."""
    return next((level.key for level in LEVELS.values() if not level.government and level.summed_as == area), "")


def area_of(office: str, levels: Iterable[str]) -> str:
    """Return the level of the government whose list has units of these levels; ``office`` is the name of its office.

    The name of a city does not say its rank: one that has townships and no counties has that of a county. A government
    that is alone of its level is the one that the list is about.
    """
    counts = Counter(levels)
    governments = [level.key for level in LEVELS.values() if level.government]
    below = [index for index, key in enumerate(governments[:-1]) if counts[key] > 1 or (counts[key] and not index)]
    known = [governments.index(key) for key in (level_named(office),) if key in governments]
    known += [max(below) + 1] if below else []
    return governments[min(known)] if known else ""


def is_of_a_department(name: str) -> bool:
    """Tell whether the name of a unit ends as those of departments do."""
    return re.search(f"{DEPARTMENT}$", name) is not None
