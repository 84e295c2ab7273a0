"""What the texts in a list are: an address, a telephone number, a code, a person, the name of a unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from gouji.formats.contacts.grid import plain
from gouji.runtime.mail_addresses import is_address

_NOTHING = re.compile(r"[-—–－/\\、，,.。·*×]*|无|暂无|没有|空|N/?A", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s、，,；;|/]+")
_ADDRESS = re.compile(r"[\w!#$%&'*+=?^`{}~.-]+@[\w.-]+\w", re.ASCII)
_BESIDE_ADDRESSES = re.compile(r"[\s、，,；;|/:()<>]+|mailto|(?:电子)?邮箱|e-?mail|QQ|微信", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![0-9])(?:(?:\+?86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2}"
    r"|\(?0[0-9]{2,3}\)?[-—– ]?[0-9]{7,8}(?:(?:转|-)[0-9]{1,5})?|[2-8][0-9]{6,7}(?:(?:转|-)[0-9]{1,5})?)(?![0-9])"
)
_FEWEST_DIGITS, _MOST_DIGITS, _LONGEST_PHONE = 3, 13, 60
_PERSON = re.compile(r"[一-鿿·]{2,4}")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛"
    "邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝"
    "路游辛靳管柴蒙鲍华喻祁房滕屈饶解牟艾尤阳时穆农司古吉缪简车项连芦麦褚娄戚岑景党宫费卜冷晏席卫米柏宗桂全佟应"
)
_CODE = re.compile(r"[0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9A-Z]{18}|[0-9A-Z]{8}-?[0-9A-Z]")
_UNIT = re.compile(
    r".*(?:局|委员会|委|办|办公室|办事处|政府|镇|乡|街道|厅|部|院|会|中心|所|站|社|队|署|园|区|县|市|旗|州|盟|省|校|馆|台|行|公司"
    r"|集团|处|科|庭|团|场|厂|学|库|苏木)(?:\(.{1,20}\))?"
)
_OF_A_PERSON = 2
_BLANKS = re.compile(r"\s+")
_NUMBERED = re.compile(r"^(?:[0-9０-９]{1,3}[.、．]|[(（][0-9０-９]{1,3}[)）])(?=[^0-9０-９])")
_MARKS = re.compile(r"[*＊※★☆#]+$|[(（](?:盖章|公章|章)[)）]$")


def is_nothing(text: str) -> bool:
    """Tell whether a text stands for a blank: 无, a dash, a slash."""
    return _NOTHING.fullmatch(plain(text)) is not None


def name_in(text: str) -> str:
    """Return the name of a unit, without blanks and line ends inside it, its number and marks."""
    joined = _BLANKS.sub("", text)
    joined = "".join(sign for sign in joined if sign.isprintable())
    return _MARKS.sub("", _NUMBERED.sub("", joined))


def is_unit(text: str) -> bool:
    """Tell whether a text ends like the name of a unit."""
    name = plain(name_in(text))
    return len(name) > 1 and _UNIT.fullmatch(name) is not None and _PHONE.search(name) is None


def addresses_in(text: str) -> tuple[tuple[str, ...], str]:
    """Return the mail addresses in a text, and what is left of it that may have been meant as one."""
    written = re.sub(r"\s*[@＠]\s*", "@", plain(text))
    found = [address.strip(".") for address in _ADDRESS.findall(written)]
    good = tuple(dict.fromkeys(address for address in found if is_address(address)))
    for address in good:
        written = written.replace(address, " ")
    rest = _BESIDE_ADDRESSES.sub(" ", written).strip()
    if is_nothing(rest):
        return good, ""
    return good, rest if good else " ".join(text.split())


def phones_in(text: str) -> tuple[tuple[str, ...], str]:
    """Return the telephone numbers in a text, and what is left of it."""
    written = plain(text)
    found = tuple(dict.fromkeys(_BLANKS.sub("", match[0]) for match in _PHONE.finditer(written)))
    rest = re.sub(r"\(\s*\)", " ", _PHONE.sub(" ", written))
    return found, rest


def is_phone(text: str) -> bool:
    """Tell whether a text holds a telephone number, and little else."""
    found, rest = phones_in(text)
    return bool(found) and len(re.sub(r"\W", "", rest)) <= _OF_A_PERSON * 3


def has_digits_of_a_phone(text: str) -> bool:
    """Tell whether a text can be a telephone number, such as an extension."""
    digits = re.sub(r"[^0-9]", "", plain(text))
    return _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS and len(text) <= _LONGEST_PHONE


def people_in(text: str) -> tuple[str, ...]:
    """Return the people in a text: 李　明 is one, 李明、王芳 are two."""
    pieces = [piece.strip(":") for piece in _SEPARATORS.split(plain(text))]
    pieces = [piece if "(" in piece.strip("(") or ")" in piece.strip(")") else piece.strip("()") for piece in pieces]
    people: list[str] = []
    single = ""
    for piece in filter(None, pieces):
        if len(piece) == 1 and not single:
            single = piece
        elif single:
            people.append(single + piece)
            single = ""
        else:
            people.append(piece)
    return tuple(dict.fromkeys([*people, *filter(None, [single])]))


def is_person(text: str) -> bool:
    """Tell whether a text is the name of a person, or of several."""
    people = people_in(text)
    return bool(people) and all(_PERSON.fullmatch(one) and one[0] in _SURNAMES for one in people) and not is_unit(text)


def code_in(text: str) -> str:
    """Return a code without the blanks in it."""
    return _BLANKS.sub("", plain(text)).replace("－", "-").replace("—", "-")


def is_code(text: str) -> bool:
    """Tell whether a text is an official code of a body or an area."""
    return _CODE.fullmatch(code_in(text).upper()) is not None and re.search("[0-9]", text) is not None


def are_numbers_of_rows(texts: Sequence[str]) -> bool:
    """Tell whether texts number the rows: 1, 2, 3, from 1 again in each group."""
    numbers = [int(text) for text in map(plain, texts) if text.isascii() and text.isdigit() and len(text) < 5]
    if len(numbers) < max(2, len(texts) * 0.8):
        return False
    steps = sum(later == earlier + 1 or later == 1 for earlier, later in pairwise(numbers))
    return numbers[0] in (0, 1) and steps >= 0.8 * (len(numbers) - 1)
