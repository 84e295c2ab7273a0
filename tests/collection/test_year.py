"""A whole year of a county, compared with a simple model of the rules."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import attachments
import county as world
import msgspec
import pytest
import reports
from county import YEAR, County, member
from libreoffice import LibreOffice

import gouji.formats.read
from damaged.kit import KIT, Refused
from gouji.collection.intake.attachments.unpack import is_container
from gouji.collection.workspace.roster import Member
from gouji.formats.read import read_data
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Report, Unit, to_json

UNITS = 300
NEW = 20
"""Units that did not report last year."""
RESAVED = {"xlsx": 100, "ods": 6, "xls": 6}

MISTAKES = (
    {"requests__new__natural": 99999},
    {"requests__granted__legal": None, "disclosure__fees__amount": None},
    {"disputes__direct_suit__upheld": -2},
    {"disclosure__rules__made": 1},
)


def broken() -> Iterator[bytes]:
    """Yield unreadable files, each different: those of the kit of damaged files, then any number."""
    for damage in KIT.values():
        if isinstance(damage.outcome, Refused) and not damage.key:
            data = damage.make()
            if not is_container("年报.xlsx", data):
                yield data
    for number in itertools.count():
        yield b"PK\x03\x04 broken %d" % number


# ---------------------------------------------------------------- the model


@dataclass
class Sent:
    """A file that a unit sends."""

    number: int
    kind: str
    """``right``, ``wrong``, ``asked``, ``explained`` or ``broken``."""
    run: int
    day: int
    medium: str = "workbook"
    mistake: int = 0
    source: str = ""
    rejected: bool = False
    accepted: int = 0
    """The later acceptance is the larger number."""

    @property
    def order(self) -> tuple[int, int]:
        return self.run, self.day


@dataclass
class Story:
    """What a unit does, and what the office decides about it."""

    unit: Member
    sent: list[Sent] = field(default_factory=list)
    explained: bool = False
    waived: set[int] = field(default_factory=set)

    def in_order(self) -> list[Sent]:
        return sorted(self.sent, key=lambda sent: sent.order)

    def passes(self, sent: Sent) -> bool:
        """A query is answered by the office, or by the unit in this submission or an earlier one."""
        answered = any(earlier.kind == "explained" and earlier.order <= sent.order for earlier in self.sent)
        return (
            sent.kind == "right"
            or (sent.kind in ("asked", "explained") and (answered or self.explained))
            or (sent.kind == "wrong" and sent.mistake in self.waived)
        )

    def chosen(self, among: list[Sent]) -> Sent | None:
        """The one accepted last; else the last that passes, else the last that can be read, since a rejected one."""
        readable = [sent for sent in among if sent.kind != "broken"]
        accepted = max((sent for sent in readable if not sent.rejected), key=lambda sent: sent.accepted, default=None)
        if accepted and accepted.accepted:
            return accepted
        chosen = None
        for sent in readable:
            if chosen is None or self.passes(sent) or not self.passes(chosen):
                chosen = None if sent.rejected else sent
        return chosen

    def role(self, sent: Sent) -> str:
        order = self.in_order()
        if sent.rejected:
            return "rejected"
        if sent.kind == "broken":
            return "unreadable"
        if self.chosen(order) is sent:
            return "stands"
        return "displaced" if self.chosen(order[: order.index(sent) + 1]) is sent else "worse"

    @property
    def goes_back(self) -> bool:
        """Whether something is sent back: the one that counts has to be corrected, or a later one has failed."""
        chosen = self.chosen(self.in_order())
        if chosen is None:
            return bool(self.sent)
        later = [sent for sent in self.sent if sent.order > chosen.order and not sent.rejected]
        return not self.passes(chosen) or bool(later and not chosen.accepted)

    @property
    def state(self) -> str:
        chosen = self.chosen(self.in_order())
        if chosen is None:
            return "wrong" if any(sent.rejected for sent in self.sent) else "missing"
        return "done" if self.passes(chosen) else "wrong" if chosen.kind == "wrong" else "asked"


# ---------------------------------------------------------------- the units


def base(unit: Member, seed: int) -> Report:
    """Return a correct report of a unit, with as many documents in force as last year's report will state."""
    report = reports.right("2021", seed)
    made, repealed = (report.figures[f"disclosure.normative.{part}"] for part in ("made", "repealed"))
    report = reports.changed(report, unit=Unit(unit.name, unit.code, unit.level), year=YEAR)
    return reports.with_figures(report, disclosure__normative__in_force=5000 + made - repealed)


def written(story: Story, seed: int, sent: Sent) -> Report:
    """Return what is in a file that a unit sends; its number makes it different from all others."""
    report = reports.with_figures(base(story.unit, seed), disclosure__licensing__decisions=sent.number)
    if sent.kind == "wrong":
        return reports.with_figures(report, **MISTAKES[sent.mistake])
    if sent.kind in ("asked", "explained"):
        more = report.figures["disclosure.normative.in_force"] + 3
        report = reports.with_figures(report, disclosure__normative__in_force=more)
    if sent.kind == "explained":
        report = msgspec.structs.replace(report, explanations={"stock": "清理后重新统计。"})
    return report


def planned(random: Random, units: list[Member]) -> Iterator[Story]:
    """Yield what each unit does: when it sends what, and how."""
    numbers = itertools.count(1)
    for number, unit in enumerate(units):
        story = Story(unit)
        # No two in one run: which of them is later, only the officer can say.
        runs = sorted(random.sample((1, 2, 3), random.choices((0, 1, 2, 3), (1, 12, 5, 2))[0]))
        for run in runs:
            kinds = ("right", "wrong", "asked", "explained", "broken")
            kind = random.choices(kinds, (11, 4, 2, 2, 2) if number >= NEW else (11, 4, 0, 0, 2))[0]
            medium = random.choices(("workbook", "zip", "mail"), (8, 1, 1))[0]
            mistake = random.randrange(len(MISTAKES))
            story.sent.append(Sent(next(numbers), kind, run, random.randint(1, 28), medium, mistake))
        yield story


class Year:
    """The county, its units and what they do."""

    def __init__(self, folder: Path, random: Random) -> None:
        self.random = random
        self.units = [member(number) for number in range(1, UNITS + 1)]
        self.county = County(folder / "年报", self.units)
        self.seeds = {unit.code: seed for seed, unit in enumerate(self.units, 1)}
        self.stories = list(planned(random, self.units))
        self.desk = folder / "各单位"
        self.desk.mkdir()
        before = folder / "上年的报告"
        before.mkdir()
        for unit in self.units[NEW:]:
            last = world.last_year(base(unit, self.seeds[unit.code]))
            (before / f"{unit.code}.json").write_bytes(to_json(last))
        self.county.run("last-year", before)
        self.county.run("issue")
        self.key = self.county.workspace.key
        self.decisions: list[tuple[str, str]] = []
        self._broken = broken()

    def fill(self, libreoffice: LibreOffice) -> None:
        """Have the units fill in their forms; those that use LibreOffice save them with it."""
        workbooks = []
        for story in self.stories:
            locked = read_data(self.county.form(story.unit).read_bytes()).locked if story.sent else ()
            for sent in story.sent:
                path = self.desk / f"{sent.number}.xlsx"
                if sent.kind == "broken":
                    path.write_bytes(next(self._broken))
                    continue
                report = written(story, self.seeds[story.unit.code], sent)
                path.write_bytes(workbook_bytes(report, locked=locked, key=self.key))
                workbooks.append(path)
        start = 0
        for ending, count in RESAVED.items():
            folder = self.desk / ending
            folder.mkdir()
            many = workbooks[start : start + count * UNITS // 300]
            start += len(many)
            to = "xlsx:Calc MS Excel 2007 XML" if ending == "xlsx" else ending
            for path, saved in zip(many, libreoffice.convert(many, folder, to), strict=True):
                path.unlink()
                shutil.move(saved, path.with_suffix(f".{ending}"))

    def send(self, run: int) -> None:
        """Put what is sent in a run into 回收: as it is, in a zip of an old program, or in a mail."""
        received = self.county.folder / "回收"
        for story in self.stories:
            for sent in story.sent:
                if sent.run != run:
                    continue
                (path,) = self.desk.glob(f"{sent.number}.*")
                name = f"{story.unit.called}（{sent.number}）{path.suffix}"
                sent.source = f"回收/{name}"
                if sent.medium == "zip":
                    zip_ = attachments.zipped(attachments.Entry(name, path.read_bytes(), encoding="gbk"))
                    (received / f"{sent.number}.zip").write_bytes(zip_)
                    world.dated(received / f"{sent.number}.zip", sent.day)
                    sent.source = f"回收/{sent.number}.zip/{name}"
                elif sent.medium == "mail":
                    named = path.rename(path.with_name(name))
                    (received / f"{sent.number}.eml").write_bytes(
                        world.mail(story.unit.emails[0], [named], f"年报{sent.number}", sent.day)
                    )
                    sent.source = f"回收/{sent.number}.eml/{name}"
                else:
                    shutil.copy(path, received / name)
                    world.dated(received / name, sent.day)

    def decide(self, kind: str, *arguments: object) -> int:
        """Make a decision and return its number."""
        output = self.county.run(kind, *arguments)
        first = int(output.partition("：")[0].split("、")[0])
        self.decisions += [(kind, str(arguments[0]))] * len(output.partition("：")[0].split("、"))
        return first

    def of(self, *states: str) -> list[Story]:
        return [story for story in self.stories if story.state in states]

    def agrees(self) -> None:
        """Compare everything with the model, row by row."""
        status = self.county.status()
        for story, unit in zip(self.stories, status["units"], strict=True):
            assert unit["code"] == story.unit.code
            roles = [(submission["source"], submission["role"]) for submission in unit["returns"]]
            model = [(sent.source, story.role(sent)) for sent in story.in_order() if sent.source]
            assert roles == model, story
            assert unit["state"] == Story.state.fget(self._so_far(story)), story
        with self.county.ledger() as ledger:
            submissions = {submission.sha256: submission for submission in ledger.submissions()}
            for arrival in ledger.arrivals():
                if arrival.sha256 in submissions:
                    submission = submissions[arrival.sha256]
                    assert submission.report is None
                    assert (ledger.report(arrival.sha256) is None) == (submission.verdict == "unreadable")
            decided = [(decision.kind, decision.code) for decision in ledger.decisions()]
        assert decided == self.decisions

    @staticmethod
    def _so_far(story: Story) -> Story:
        return Story(story.unit, [sent for sent in story.sent if sent.source], story.explained, story.waived)


# ---------------------------------------------------------------- the year


@pytest.mark.soak
def test_a_year_of_three_hundred_units_ends_as_the_rules_say(tmp_path: Path, libreoffice: LibreOffice) -> None:
    year = Year(tmp_path, Random(11))
    county, random = year.county, year.random
    year.fill(libreoffice)
    strangers = [member(900 + number) for number in range(5)]
    for stranger in strangers:
        county.says(world.answer(stranger), f"外来{stranger.called}.json")
    late = [(story, sent) for story in year.stories for sent in story.sent]
    for round_ in (1, 2, 3):
        year.send(round_)
        county.run("collect")
    assert all(sent.source for _, sent in late)
    year.agrees()
    assert len(county.status()["unknown"]) == len(strangers)

    county.run("return")
    back = county.folder / "退回"
    assert {path.name.split("_")[0] for path in back.iterdir()} == {s.unit.code for s in year.stories if s.goes_back}
    assert len(list(back.iterdir())) == 2 * sum(story.goes_back for story in year.stories)

    # Some units correct the workbook that was sent back to them.
    for number, story in enumerate(random.sample(year.of("wrong", "asked"), len(year.of("wrong", "asked")) // 2), 5000):
        (path,) = back.glob(f"{story.unit.code}_*.xlsx")
        reading = gouji.formats.read.read(path, key=year.key)
        assert reading.findings == ()
        sent = Sent(number, "right", 4, 28)
        right = written(story, year.seeds[story.unit.code], sent)
        (year.desk / f"{number}.xlsx").write_bytes(workbook_bytes(right, locked=reading.locked, key=year.key))
        story.sent.append(sent)
    year.send(4)
    county.run("collect")
    year.agrees()

    # The office decides.
    undone: list[tuple[Story, int]] = []
    for story in random.sample(year.of("asked"), len(year.of("asked")) * 2 // 3):
        number = year.decide("explain", story.unit.code, "stock", "已电话核实。")
        story.explained = True
        undone.append((story, number))
    for story in [s for s in year.of("wrong") if s.chosen(s.in_order())][:5]:
        chosen = story.chosen(story.in_order())
        assert chosen
        for kind, severity in (("waive", "error"), ("explain", "query")):
            for finding in county.findings(story.unit, severity):
                year.decide(kind, story.unit.code, finding, "系统里就是这样。")
        story.waived.add(chosen.mistake)
    several = [story for story in year.stories if len([s for s in story.sent if s.kind != "broken"]) > 1]
    for number, story in enumerate(random.sample(several, min(12, len(several))), 1):
        sent = random.choice([sent for sent in story.sent if sent.kind != "broken"])
        if number % 2:
            year.decide("accept", story.unit.code, sent.source)
            sent.accepted = number
        else:
            year.decide("reject", story.unit.code, sent.source, "-m", "没有盖章。")
            sent.rejected = True
    for story, number in undone[::2]:
        county.run("undo", number)
        year.decisions.append(("undo", story.unit.code))
        story.explained = False
    year.agrees()
    county.run("collect")
    year.agrees()
    county.run("return")
    assert {path.name.split("_")[0] for path in back.iterdir()} == {s.unit.code for s in year.stories if s.goes_back}
    county.run("report", "--all")
    made = {path.name.split("_")[0] for path in (county.folder / "报告").iterdir()}
    assert made == {story.unit.code for story in year.of("done")}

    _next_year(year)


def _next_year(year: Year) -> None:
    """Start the next year: two units were merged, one has a new code, one was divided, one is new."""
    county, folder = year.county, year.county.folder.with_name("下年")
    done = year.of("done")
    county.run("init", folder, "--after", county.folder)
    kept = {path.stem for path in (folder / "上年").iterdir()}
    assert kept == {story.unit.code for story in done}
    one, two, moved, divided = (story.unit for story in done[:4])
    ended = [msgspec.structs.replace(unit, active_to=YEAR) for unit in (one, two, moved, divided)]
    merged = member(601, before=(one.code, two.code))
    renamed = member(602, before=(moved.code,))
    parts = [member(number, before=(divided.code,)) for number in (603, 604)]
    new = member(605, active_from=YEAR + 1)
    others = [unit for unit in year.units if unit not in (one, two, moved, divided)]
    after = County.__new__(County)
    after.__dict__ |= {**county.__dict__, "folder": folder, "year": YEAR + 1}
    after.enrol([*ended, *others, merged, renamed, *parts, new])
    after.run("issue")
    carried = {unit.code: _carried(after, unit) for unit in (merged, renamed, *parts, new)}
    assert carried[merged.code] == _left(county, one) + _left(county, two)
    assert carried[renamed.code] == _left(county, moved)
    assert [carried[unit.code] for unit in (*parts, new)] == [None, None, None]
    assert not list((folder / "下发").glob(f"{one.code}_*"))

    for unit in (merged, renamed, *parts, new, *(story.unit for story in done[4:12])):
        explained = {"stock": "重新统计。", "likeness": "各年情况相同。"}
        after.sent(unit, msgspec.structs.replace(after.filled(unit), explanations=explained))
    after.run("collect")
    states = after.states()
    assert sum(state == "done" for state in states.values()) == 13
    assert all(states[unit.code] == "done" for unit in (merged, renamed, *parts, new))


def _carried(county: County, unit: Member) -> object:
    return read_data(county.form(unit).read_bytes()).report.figures.get("requests.carried_in.natural")


def _left(county: County, unit: Member) -> int:
    """Return the cases that a unit carries over, by the report in force."""
    detail = json.loads(county.run("status", unit.code, "--json"))
    with county.ledger() as ledger:
        report = ledger.report(detail["stands"])
    assert report
    return int(read_data(report).report.figures["requests.carried_out.natural"])
