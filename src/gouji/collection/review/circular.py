"""通报.docx: how the collection went, who was late, what went back, which errors were made; for the office to edit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gouji.collection.review.course import PUNCTUAL_WORDS, Course, HandedIn, Known
from gouji.collection.workspace.names import RECEIVED
from gouji.findings.rules import RULES, SEVERITY_WORDS
from gouji.formats.word.circular import Chapter, Circular, circular_bytes
from gouji.formats.word.plain_table import PlainTable
from gouji.runtime.times import local_minute

_ADDRESSEE = "各有关单位"
_NO_OFFICE, _NO_DATE = "（发文机关）", "    年  月  日"
_TO_CHECK = "（请核对后改写或者删去这一段）"
_ERRORS = 12
"""Rules that the chapter on errors names."""
_NOBODY = "无"


def circular(course: Course) -> bytes:
    """Return the circular about a collection; addressee, date and signature are left for the office to check."""
    status = course.status
    settings, today = status.settings, status.today
    return circular_bytes(
        Circular(
            title=f"关于{settings.year}年政府信息公开工作年度报告\n报送情况的通报",
            addressee=_ADDRESSEE,
            opening=[
                f"按照{settings.form.law}的规定，向各单位收集了{settings.year}年政府信息公开工作年度报告的填报表。"
                f"现将截至{today.year}年{today.month}月{today.day}日的报送情况通报如下。"
            ],
            chapters=[
                Chapter("一、总的情况", list(_overall(course))),
                Chapter("二、晚报和没有报送的单位", list(_late(course))),
                Chapter("三、退回改正的情况", list(_sent_back(course))),
                Chapter("四、常见的错误", list(_errors(course))),
            ],
            annex=None,
            signed=(settings.office or _NO_OFFICE, _NO_DATE),
        )
    )


def _overall(course: Course) -> Iterator[str | PlainTable]:
    units, deadline = course.units, course.status.settings.deadline
    missing = [unit for unit in units if unit.state == "missing"]
    done = [unit for unit in units if unit.state == "done"]
    yield (
        f"应当报送的单位{len(units)}个，已经报送{len(units) - len(missing)}个，没有报送{len(missing)}个。"
        f"报送的填报表核对通过的{len(done)}个，还没有通过的{len(units) - len(missing) - len(done)}个。"
    )
    own = [unit for unit in units if unit.due.kind == "own"]
    others = f"，另定截止日期的{len(own)}个单位按各自的日期" if own else ""
    yield (
        f"报送的截止日期是{deadline.year}年{deadline.month}月{deadline.day}日{others}。"
        "是否按时，按第一次报送计算；退回改正以后再报的，不算晚报。"
    )
    rows = [
        [words, str(len(some)), "、".join(unit.member.name for unit in some) or _NOBODY]
        for punctual, words in PUNCTUAL_WORDS.items()
        if (some := course.of(punctual)) or punctual in ("in_time", "late", "missing")
    ]
    yield PlainTable("总的情况", ("情况", "单位数", "单位"), rows, (24, 10, 66))


def _late(course: Course) -> Iterator[str | PlainTable]:
    late, missing, unknown = course.of("late"), course.of("missing"), course.of("unknown")
    if late:
        rows = [
            [unit.member.name, str(unit.due.day), _minute(unit.first), str(unit.days_late), _accepted(unit)]
            for unit in sorted(late, key=lambda unit: -unit.days_late)
        ]
        yield f"晚报的单位{len(late)}个，按晚报的天数从多到少排列如下。"
        head = ("单位", "截止日期", "第一次报送", "晚报天数", "核对通过的一份")
        yield PlainTable("晚报的单位", head, rows, (28, 15, 22, 13, 22))
    if missing:
        yield f"截止日期已过、没有报送的单位{len(missing)}个：{_named(missing, course)}。"
        yield from _perhaps_theirs(course)
    if not late and not missing:
        yield "没有确定晚报的单位，也没有截止日期已过、没有报送的单位。"
    if unknown:
        yield (
            f"{_TO_CHECK}有{len(unknown)}个单位的填报表在截止日期以后收到，但是没有可靠的时间"
            "（没有邮件服务器收到的时间，或者不是从名册里本单位的邮箱发来的），是不是晚报请核对："
            f"{'；'.join(_to_check(unit) for unit in unknown)}。"
        )


def _named(units: Sequence[HandedIn], course: Course) -> str:
    """Return the units that have not handed in, each with what may have kept it from doing so."""
    return "、".join(f"{unit.member.name}{_excuse(unit, course)}" for unit in units)


def _excuse(unit: HandedIn, course: Course) -> str:
    if unit.first is not None:
        return "（报来的文件读不出来）"
    return "（发给它的邮件有没有送到的）" if course.status.of_mail(unit.member) else ""


def _perhaps_theirs(course: Course) -> Iterator[str]:
    """Yield what speaks against calling a unit missing: files that may be its own."""
    unknown, waiting = len(course.status.unknown), course.uncollected
    files = [f"有{unknown}个文件没有认出是哪个单位的"] if unknown else []
    files += [f"“{RECEIVED}”里有{waiting}个文件还没有收"] if waiting else []
    if files:
        yield f"{_TO_CHECK}{'，'.join(files)}，可能是没有报送的单位的，请先核对。"


def _to_check(unit: HandedIn) -> str:
    assert unit.first is not None
    stated = unit.first.stated
    own = f"，文件或者邮件自己写的时间 {local_minute(stated)}" if stated else ""
    return f"{unit.member.name}（截止日期 {unit.due.day}，{unit.first.words}{own}）"


def _sent_back(course: Course) -> Iterator[str | PlainTable]:
    units = [unit for unit in course.units if unit.sent_back]
    times = sum(unit.sent_back for unit in units)
    if not course.all_recorded:
        yield f"{_TO_CHECK}这次收表是用旧版本的程序开始的，升级以前的退回没有记录，没有计入。"
    if not units:
        yield "没有退回改正的填报表。"
        return
    never = sum(unit.state == "done" and not unit.sent_back for unit in course.units)
    first = f"没有退回过、已经通过的单位{never}个。" if course.all_recorded else ""
    yield (
        f"退回改正的填报表{times}份，涉及单位{len(units)}个，按退回的次数从多到少排列如下。"
        f"单位报来的一份填报表退回，算一次；同一份的退回文件重新生成、重新发送的，不再计算。{first}"
    )
    rows = [
        [unit.member.name, str(unit.sent_back), _minute(unit.first), _accepted(unit)]
        for unit in sorted(units, key=lambda unit: -unit.sent_back)
    ]
    head = ("单位", "退回次数", "第一次报送", "核对通过的一份")
    yield PlainTable("退回改正的单位", head, rows, (40, 12, 24, 24))
    yield "表里的时间，是邮箱收到的时间；没有的，是收表的时间，报送不晚于这个时间。"


def _errors(course: Course) -> Iterator[str | PlainTable]:
    common = [error for error in course.errors if len(error.units) > 1][:_ERRORS]
    if not common:
        yield "没有两个以上单位都有的错误。"
        return
    yield "报送的填报表里两个以上单位都有的错误，包括已经改正的，按涉及的单位从多到少排列如下。"
    rows = [
        [RULES[one.rule].finds, SEVERITY_WORDS[one.severity], str(len(one.units)), one.example or "（略）"]
        for one in common
    ]
    yield PlainTable("常见的错误", ("错误", "程度", "单位数", "例子"), rows, (27, 14, 9, 50))


def _minute(known: Known | None) -> str:
    return local_minute(known.moment) if known else ""


def _accepted(unit: HandedIn) -> str:
    return _minute(unit.accepted) or "还没有通过"
