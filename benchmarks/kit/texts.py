"""Invented texts of real length: about 4 kB a unit, all different, the same for the same number.

A sentence puts a made-up village, road or reservoir into one of many ways to say what a township has done. It states
no number of the form, so no check has anything to ask. With 40,000 names and a few million ways, sentences of two units
resemble each other as those of two real townships do: in words that everybody uses, hardly ever as a whole.
"""

from __future__ import annotations

import random

from likeness import WORDS_OF

BYTES = 4000
"""The length of a unit's texts in UTF-8; the sample, a short report, has 2,158."""
PARAGRAPHS = {
    "overview.disclosure": 2,
    "overview.requests": 2,
    "overview.management": 2,
    "overview.platform": 2,
    "overview.supervision": 2,
    "problems.problems": 3,
    "problems.improvements": 3,
}
"""The number of paragraphs of each topic; section one has to stay below 1,000 characters."""
_SENTENCE = 150
"""The usual length of a sentence in UTF-8."""
_EVERYBODY = "考核全部合格，社会评议满意，没有责任追究。"
"""What a report has to state, at the end of a topic."""
_STATED_IN = "overview.supervision"
_NAMES = (
    "青石柳河松岭桃溪白云龙泉新安永丰太平高桥长林东山西湖南塘北坡金沙银杏双井三岔大湾小店上庄下寨古渡前程后坝"
    "红旗黄土绿洲蓝田赤水石门竹园梅村兰亭菊花杨树槐荫榆关桑干麻地荷塘莲池芦苇稻香麦浪谷仓豆腐油坊盐井铁炉铜锣"
)
_KINDS = ("村", "社区", "路", "水库", "灌区", "集市", "片区", "小学", "渡口", "林场")
_KINDS_OF_WORDS = ("who", "how", "what", "act", "result", "time", "lack")
_WAYS = (
    "{place}{what}由{who}{how}，{result}",
    "{time}{who}在{place}{act}，对{what}{how}",
    "针对{place}{what}{lack}的情况，{who}{act}",
    "{place}的{what}，{who}{how}后在{other}同时公布",
    "{act}时，{place}和{other}的群众提到{what}，{who}{how}",
    "{who}到{place}{act}，{time}把{what}逐户说明，{result}",
    "围绕{place}{what}，{who}{how}，{other}也照此办理",
    "{time}{place}{result}，{what}改由{who}{how}",
)


def texts(number: int) -> dict[str, list[str]]:
    """Return the texts of one unit by topic."""
    chance = random.Random(number)
    size = BYTES // sum(PARAGRAPHS.values())
    texts = {topic: [_paragraph(chance, size) for _ in range(count)] for topic, count in PARAGRAPHS.items()}
    texts[_STATED_IN][-1] += _EVERYBODY
    return texts


def _paragraph(chance: random.Random, size: int) -> str:
    text = ""
    while len(text.encode()) < size - _SENTENCE // 2:
        text += _sentence(chance)
    return text


def _sentence(chance: random.Random) -> str:
    clauses = [_clause(chance) for _ in range(chance.choice((1, 1, 2)))]
    return "；".join(clauses) + "。"


def _clause(chance: random.Random) -> str:
    words = {kind: chance.choice(WORDS_OF[kind]) for kind in _KINDS_OF_WORDS}
    return chance.choice(_WAYS).format(place=_place(chance), other=_place(chance), **words)


def _place(chance: random.Random) -> str:
    return "".join(chance.sample(_NAMES, 2)) + chance.choice(_KINDS)
