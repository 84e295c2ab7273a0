"""The settings of a year's collection: a small TOML file that an officer changes in Notepad."""

from __future__ import annotations

import datetime
import re
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from gouji.checks.settings import AS_SHIPPED, RuleSettings
from gouji.collection.workspace.demands import DEMANDS, NO_DEMANDS, demands_text, read_demands
from gouji.collection.workspace.mailbox import KEYS, TABLE, TEMPLATE, Mailbox, mailbox_text, read_mailbox, with_mailbox
from gouji.collection.workspace.names import SETTINGS
from gouji.form.editions import edition_in_force, load_form
from gouji.form.forms import Forms
from gouji.form.levels import first_due
from gouji.form.model import Form
from gouji.formats.form_file import read_form_in_use
from gouji.runtime.decoding import notepad_text, refuse_unknown, toml_table
from gouji.runtime.errors import GoujiError, Mistakes
from gouji.runtime.files import open_file
from gouji.runtime.output import write_aside

FILE = SETTINGS
_FIRST_YEAR, _LAST_YEAR = 1000, 9998
_TEXTS = ("office", "contact", "phone", "edition")
"""Years of four digits; the reports of the last one are due in the year after it."""
_MOST_DAYS = 365
"""The most days for corrections: more is a slip."""
OWN_FORM = "自定格式.toml"
"""What the file of the office's own form is called in a new workspace."""


class Settings(msgspec.Struct, frozen=True):
    """What is the same for all units of a collection."""

    office: str
    """The full name of the office that collects; empty until somebody fills it in."""
    year: int
    """The year that the reports are about."""
    deadline: datetime.date
    """The day by which the units hand in."""
    contact: str = ""
    phone: str = ""
    rules: RuleSettings = AS_SHIPPED
    """The severities and thresholds of rules that the office has changed."""
    own_form: str = ""
    """The office's own form, a file beside the settings; empty where it asks what the official one asks."""
    supplementary: Form | None = None
    """What that file says."""
    publish_by: datetime.date | None = None
    """The day by which the reports are to be published, where the office has chosen one."""
    correction_days: int | None = None
    """The days that a unit has for correcting what went back to it; None where the deadline holds for that as well."""

    @property
    def form(self) -> Form:
        """The form that the office asks: its supplementary one, else the one that is in force for the year."""
        return self.supplementary or load_form(edition_in_force(self.year))

    @property
    def forms(self) -> Forms:
        """The forms of the reports in the workspace: the supplementary form was asked of every unit."""
        return Forms.of(self.supplementary)

    @property
    def signed_by(self) -> str:
        """The office that signs what goes out.

        Raises GoujiError where it is not filled in yet.
        """
        self.require_signature()
        return self.office

    def require_signature(self) -> None:
        """Raise GoujiError where the office that signs what goes out is not filled in yet."""
        if not self.office:
            raise GoujiError(f"“{FILE}”里还没有写主管部门全称（office）。请用记事本打开，写好、保存后再试。")

    @property
    def publication(self) -> datetime.date:
        """The day by which the reports are to be published: the chosen one, else that of the law.

        The law has one day for both, but nothing can be published before it has been handed in.
        """
        return self.publish_by or max(self.deadline, deadline_of(self.year))

    @property
    def publishes_later(self) -> bool:
        """Whether the reports are published on another day than they are handed in."""
        return self.publication != self.deadline

    def days_left(self, on: datetime.date) -> int:
        """Return the days from a day to the deadline; negative when it has passed."""
        return (self.deadline - on).days

    def deadline_words(self, on: datetime.date) -> str:
        """Return the days from a day to the deadline in words."""
        return words_to(self.deadline, on)

    def days_to_publish(self, on: datetime.date) -> int:
        """Return the days from a day to that of publication; negative when it has passed."""
        return (self.publication - on).days

    def publication_words(self, on: datetime.date) -> str:
        """Return the days from a day to that of publication in words."""
        left = self.days_to_publish(on)
        if left == 0:
            return "今天是公布期限"
        return f"离公布还有 {left} 天" if left > 0 else f"已过公布期限 {-left} 天"


def words_to(deadline: datetime.date, on: datetime.date) -> str:
    """Return the days from a day to a deadline in words."""
    left = (deadline - on).days
    if left == 0:
        return "今天截止"
    return f"离截止还有 {left} 天" if left > 0 else f"已过截止日期 {-left} 天"


def deadline_of(year: int) -> datetime.date:
    """Return the day by which the reports of a year are due by law, to the office and to the public."""
    return datetime.date(year + 1, *first_due())


REPAIRS = "accept_repairs"
"""The consent to take entries that can mean one number only. It is no part of :class:`Settings`: what was sent out with
other settings is sent again."""

_KEYS = [
    "office",
    "year",
    "deadline",
    "publish_by",
    "correction_days",
    "contact",
    "phone",
    "edition",
    REPAIRS,
    "severities",
    "thresholds",
    DEMANDS,
    TABLE,
]

_TEXT = """\
# 这一年收表工作的设置。可以用记事本修改，改后保存即可；“#”后面的是说明。

# 主管部门全称，写在通知和退回说明的落款
office = {office}

# 报告年度
year = {year}

# 各单位报送的截止日期（年-月-日）；不写的，是法定的 {legal}
deadline = {deadline}

# 年度报告向社会公布的期限；不写的，是法定的 {legal}，报送截止更晚的与报送截止同一天
{publish_by}

# 退回的，几天以内改好：从生成退回文件的那天算起，周末也算；不写的，也按报送的截止日期
{correction_days}

# 联系人和电话，写在通知里
contact = {contact}
phone = {phone}

# 自定格式的文件名，文件放在这个文件夹里；用官方格式的不用写
{edition}

# 收表时，填的不是数字、但意思只有一种的（３、“3件”、“1,234”、“没有”），按数字读取，每一处都写明，也告诉单位
# accept_repairs = true

# 可以改规则的轻重（note 只提示，off 不查），和从多少起算；有哪些规则见 gouji rules。去掉行首的“#”就生效。
{rules}
"""
_NO_RULES = """\
# [severities]
# "wording.topics" = "note"
# [thresholds]
# "copied.last_year.share" = 70"""


def settings_text(settings: Settings, mailbox: str = TEMPLATE) -> str:
    """Return the settings as the file in which an officer can change them; ``mailbox`` is the part on the mailbox."""
    due = deadline_of(settings.year)
    return (
        _TEXT.format(
            office=_quoted(settings.office),
            year=settings.year,
            deadline=settings.deadline.isoformat(),
            publish_by=f"{'' if settings.publish_by else '# '}publish_by = {settings.publication.isoformat()}",
            legal=f"{due.month}月{due.day}日",
            correction_days="# correction_days = 3"
            if settings.correction_days is None
            else f"correction_days = {settings.correction_days}",
            contact=_quoted(settings.contact),
            phone=_quoted(settings.phone),
            edition=f"edition = {_quoted(settings.own_form)}" if settings.own_form else f'# edition = "{OWN_FORM}"',
            rules=_rules_text(settings.rules) or _NO_RULES,
        )
        + (demands_text(settings.rules.must_state, settings.form) if settings.rules.must_state else NO_DEMANDS)
        + mailbox
    )


def _rules_text(rules: RuleSettings) -> str:
    lines = []
    for name, chosen in (("severities", rules.severities), ("thresholds", rules.thresholds)):
        if chosen:
            lines.append(f"[{name}]")
            lines += [f"{_quoted(key)} = {msgspec.json.encode(value).decode()}" for key, value in chosen.items()]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """Return a text as TOML writes it; its basic strings are those of JSON."""
    return msgspec.json.encode(text).decode()


def read_settings(path: Path) -> Settings:
    """Read the settings of a workspace.

    Raises GoujiError that names every key or line that is wrong, and what to write, one sentence a line.
    """
    tables, wrong = toml_table(_text_of(path), path.name), Mistakes()
    for key in tables:
        wrong.unless_wrong(partial(_refuse_unknown, key, path), None)
    texts = {key: wrong.unless_wrong(partial(_text, tables, key, path), "") for key in _TEXTS}
    own_form = texts.pop("edition")
    year = wrong.unless_wrong(lambda: _year(tables.get("year"), path), _FIRST_YEAR)
    deadline = wrong.unless_wrong(lambda: _date(tables, "deadline", path), None) or deadline_of(year)
    publish_by = wrong.unless_wrong(lambda: _date(tables, "publish_by", path), None)
    if publish_by and publish_by < deadline:
        wrong.sentences.append(
            f"“{path.name}”的 publish_by（公布期限，{publish_by}）早于 deadline（各单位报送的截止日期，{deadline}）。"
            "请核对这两个日期。"
        )
    settings = Settings(
        **texts,
        year=year,
        deadline=deadline,
        publish_by=publish_by,
        correction_days=wrong.unless_wrong(lambda: _days(tables.get("correction_days"), path), None),
        rules=wrong.unless_wrong(lambda: _rules(tables, path), AS_SHIPPED),
        own_form=own_form,
        supplementary=wrong.unless_wrong(lambda: _supplementary(own_form, path), None) if own_form else None,
    )
    if DEMANDS in tables:
        demands = wrong.unless_wrong(
            lambda: read_demands(tables[DEMANDS], settings.form, path.name), AS_SHIPPED.must_state
        )
        settings = msgspec.structs.replace(settings, rules=msgspec.structs.replace(settings.rules, must_state=demands))
    wrong.refuse()
    return settings


def _supplementary(name: str, path: Path) -> Form:
    """Return the form that the settings name; its file lies beside them, so that the folder can be moved."""
    file = path.parent / name
    if file.parent != path.parent or not name.lower().endswith(".toml"):
        raise GoujiError(f"“{path.name}”的 edition 应当是这个文件夹里的格式文件的名称，如“{OWN_FORM}”。")
    if not file.is_file():
        raise GoujiError(
            f"“{path.name}”里写的格式文件“{name}”不在文件夹里。请放回来；改用官方格式的，删去 edition 一行。"
        )
    return read_form_in_use(file)


def read_consent_to_repairs(path: Path) -> bool:
    """Tell whether the office takes entries that can mean one number only as that number; see :func:`read_settings`."""
    consent = _tables(path).get(REPAIRS, False)
    if not isinstance(consent, bool):
        raise GoujiError(f"“{path.name}”的 {REPAIRS} 写 true 或者 false，不加引号。")
    return consent


def read_mailbox_settings(path: Path) -> Mailbox | None:
    """Read the mailbox of a workspace, None where the office has none; see :func:`read_settings`."""
    return read_mailbox(_tables(path), path)


def last_mailbox_text(path: Path) -> str:
    """Return the part of a settings file about the mailbox, for next year's settings."""
    return mailbox_text(_text_of(path))


def write_mailbox_settings(path: Path, table: str) -> None:
    """Write the mailbox into a settings file; see :func:`gouji.collection.workspace.mailbox.with_mailbox`."""
    written = with_mailbox(_text_of(path).replace("\r\n", "\n"), table)
    # An old Notepad shows a file without carriage returns as one line.
    notepad = b"\r\n" in open_file(path).data
    write_aside(path, (written.replace("\n", "\r\n") if notepad else written).encode())


def _tables(path: Path) -> dict[str, Any]:
    """Return the content of the file; an unknown key is refused."""
    tables = toml_table(_text_of(path), path.name)
    for key in tables:
        _refuse_unknown(key, path)
    return tables


def _refuse_unknown(key: str, path: Path) -> None:
    if key in KEYS:
        raise GoujiError(f"“{path.name}”的 {key} 要写在“[{TABLE}]”一行的下面。")
    refuse_unknown([key], _KEYS, lambda key: f"“{path.name}”里没有“{key}”这一项")


def _rules(tables: dict[str, Any], path: Path) -> RuleSettings:
    try:
        return msgspec.convert(
            {key: tables[key] for key in ("severities", "thresholds") if key in tables}, RuleSettings, strict=True
        )
    except (msgspec.ValidationError, GoujiError) as error:
        why = str(error) if isinstance(error, GoujiError) else "severities 写“规则 = 轻重”，thresholds 写“界限 = 数”。"
        raise GoujiError(f"“{path.name}”的规则设置写得不对：{why}") from None


def _text_of(path: Path) -> str:
    return notepad_text(open_file(path).data, "replace")


def _text(tables: dict[str, Any], key: str, path: Path) -> str:
    value = tables.get(key, "")
    # A telephone number without quotes is a number to TOML.
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else None
    if text is None:
        raise GoujiError(f"“{path.name}”的 {key} 写得不对。应当是引号里的文字。")
    return text


def _year(value: object, path: Path) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not _FIRST_YEAR <= value <= _LAST_YEAR:
        raise GoujiError(f"“{path.name}”的 year 应当是四位数的年份，不加引号。")
    return value


def _days(value: object, path: Path) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MOST_DAYS:
        raise GoujiError(f"“{path.name}”的 correction_days 应当是 1 到 {_MOST_DAYS} 的整数，不加引号。")
    return value


def _date(tables: dict[str, Any], key: str, path: Path) -> datetime.date | None:
    """Return a date of the settings; None where it is not written."""
    value = tables.get(key)
    if value is None:
        return None
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, str):
        return as_date(value, f"“{path.name}”的 {key} ")
    raise GoujiError(f"“{path.name}”的 {key} 应当是日期，写成 年-月-日。")


def as_date(text: str, what: str) -> datetime.date:
    """Return a date as people write it, with hyphens, points or 年月日.

    Raises GoujiError that begins with ``what``.
    """
    digits = re.fullmatch(r"\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\s*", text)
    try:
        year, month, day = map(int, digits.groups()) if digits else (0, 0, 0)
        return datetime.date(year, month, day)
    except ValueError:
        raise GoujiError(f"{what}“{text}”不是日期，写成 年-月-日。") from None
