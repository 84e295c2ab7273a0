"""The levels of administrative bodies: whatever differs between them, as one record a level."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Level:
    """A level and the rules for its units. A government's own office has the level of its government."""

    key: str
    words: tuple[str, ...] = ()
    """The Chinese names of the level; a roster may use any of them."""
    usual: str = ""
    """A pattern of what the lists of offices call the level, without brackets and signs."""
    government: bool = False
    """Whether the units are governments or their offices. All others are departments, whose area only their names
    tell."""
    governs_area: bool = False
    """Whether a unit may call itself by its area (我县) and has an office (我办) that writes its report."""
    of_a_county: bool = False
    """Whether the units are a county or parts of one: there is a limit to the fees that they can charge."""
    known_by_place: bool = False
    """Whether texts call the units by their places alone, as 清溪镇 for its government."""
    summed_as: str = ""
    """The level of the government whose report adds up the units of this level and of those below it."""
    foreign_areas: tuple[str, ...] = ()
    """The kinds of areas above and below it; no unit of this level calls itself by one of them."""
    surely: str = ""
    """A pattern: a unit whose name matches certainly has this level."""
    due: tuple[int, int] = (1, 31)
    """Month and day of the legal deadline for its report in the next year (《条例》第四十九条、格式的报送要求)."""

    @property
    def name(self) -> str:
        """The Chinese names of the level, joined."""
        return "、".join(self.words)

    @property
    def spoken(self) -> tuple[str, ...]:
        """What a form may say for the level: its names joined, or any one of them."""
        return tuple(dict.fromkeys((self.name, *self.words)))


_ABOVE = r"(?:.{2,}?(?:省|自治区|市|州|盟|地区))*"
_NO_DISTRICT = "(?:新|开发|高新|实验|园|示范|自治|地|特|管理|景|矿|社|小)区"
_COUNTY = rf"(?:[^省市州盟]{{1,12}}[县旗]|(?!.{{0,4}}{_NO_DISTRICT})[^省市州盟]{{1,4}}区)"
"""A county or a district. Other areas called 区, such as 新区, are of any level."""
_MUNICIPALITY = r"(?:北京|上海|天津|重庆)市"
DEPARTMENT = r"(?:局|委员会|办公室|中心|总队|支队|大队|院|会)"
"""How the names of departments end."""
_UNITS = r"(?:政府|人民政府)?(?:组成|工作|直属)*(?:部门|机关|机构|企?事业单位|单位|委办局|局委办|局办|委局)+"

_LEVELS = (
    Level(
        key="township",
        words=("乡镇", "街道"),
        usual=r"(?:[乡镇街场]|街道|道办|办事处|街办|镇办|乡办|苏木|政府|人民|[级类和及与])*(?<=[乡镇街道办处府级类场木])",
        government=True,
        of_a_county=True,
        known_by_place=True,
        summed_as="county",
        foreign_areas=("县", "区", "市", "旗", "州", "盟", "省"),
        surely=r"(?:[乡镇](?:(?:人民)?政府)?|街道(?:办事处|办)?)$",
    ),
    Level(
        key="county_department",
        words=("县级部门",),
        usual=rf"[县区旗](?:[级直属]|直属)?(?:{_UNITS})|[县区旗]直(?:属)?",
        of_a_county=True,
        summed_as="county",
        foreign_areas=("县", "区", "旗"),
        surely=rf"^{_ABOVE}{_COUNTY}(?!人民政府|政府|管委|管理委).*{DEPARTMENT}$",
    ),
    Level(
        key="county",
        words=("县级政府",),
        usual=r"(?:[县区市旗]){2,5}(?:级)?(?:人民)?(?:政府)?|[县区旗](?:级)?(?:人民)?政府(?:办公室|办)?",
        government=True,
        governs_area=True,
        of_a_county=True,
        summed_as="county",
        foreign_areas=("市", "州", "盟", "省", "区", "县"),
        surely=rf"^{_ABOVE}{_COUNTY}(?:人民政府(?:办公室)?)?$|^.{{2,}}?(?:市|州|盟).{{2,}}?市人民政府(?:办公室)?$",
        due=(2, 20),
    ),
    Level(
        key="city_department",
        words=("市级部门",),
        usual=rf"[市州盟](?:[级直属]|直属)?(?:{_UNITS})|[市州盟]直(?:属)?",
        summed_as="city",
        foreign_areas=("县", "旗"),
    ),
    Level(
        key="city",
        words=("市级政府",),
        usual=r"(?:地级|设区的?)?[市州盟](?:级)?(?:人民)?政府(?:办公室|办)?|(?:地级|设区的?)市|市州|市州盟",
        government=True,
        governs_area=True,
        summed_as="city",
        foreign_areas=("省", "县"),
        # The name of a city does not say its rank; what is asked of a city of a county's rank is asked of this one too.
        surely=rf"^(?!{_MUNICIPALITY})(?:.*[市州盟]人民政府(?:办公室)?|{_ABOVE}[^省市县区]{{2,7}}[市州盟])$",
        due=(3, 10),
    ),
    Level(
        key="province_department",
        words=("省级部门",),
        usual=rf"(?:省|自治区|直辖市)(?:[级直属]|直属)?(?:{_UNITS})|省直(?:属)?",
        summed_as="province",
    ),
    Level(
        key="province",
        words=("省级政府",),
        usual=r"(?:省|自治区|直辖市)(?:级)?(?:人民)?政府(?:办公厅)?",
        government=True,
        governs_area=True,
        summed_as="province",
        surely=rf"^(?:[^省市县区]{{2,3}}省|[^省市县区]{{2,5}}自治区|{_MUNICIPALITY})(?:人民政府(?:办公厅)?)?$",
        due=(3, 31),
    ),
    Level(
        key="ministry",
        words=("国务院部门",),
        usual=r"(?:国务院|国家|中央)(?:级)?(?:部委|部门|机关|单位|直属机构)+",
        summed_as="ministry",
    ),
)
"""Every level, the lowest first."""

LEVELS: dict[str, Level] = {level.key: level for level in _LEVELS}
"""Every level by its key, the lowest first."""

_UNKNOWN = Level(key="")


def level_of(key: str) -> Level:
    """Return the level with this key; for an unknown key, an empty level about which nothing is certain."""
    return LEVELS.get(key, _UNKNOWN)


def level_named(name: str) -> str:
    """Return the key of the level that a unit's name alone makes certain, such as a township's; else an empty text."""
    return next((level.key for level in _LEVELS if level.surely and re.search(level.surely, name)), "")


def level_named_by(words: str) -> str:
    """Return the key of the level that a form names with these words; else an empty text."""
    return next((level.key for level in _LEVELS if words in level.spoken), "")


def highest(keys: Iterable[str]) -> Level:
    """Return the highest of the levels with these keys."""
    return LEVELS[max(keys, key=list(LEVELS).index)]


def first_due() -> tuple[int, int]:
    """Return month and day of the earliest deadline, which is that of the units of a county."""
    return min(level.due for level in LEVELS.values())
