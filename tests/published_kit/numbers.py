"""The numbers of an invented report, by Ref, and the labels of the printed form, typed from the document itself."""

from __future__ import annotations

import random
from decimal import Decimal

Number = int | Decimal

COLUMNS = ("natural", "business", "research", "nonprofit", "legal", "other")
COLUMN_LABELS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")

REFUSED = (
    ("refused_state_secret", "1.属于国家秘密"),
    ("refused_other_law", "2.其他法律行政法规禁止公开"),
    ("refused_safety", "3.危及“三安全一稳定”"),
    ("refused_third_party", "4.保护第三方合法权益"),
    ("refused_internal", "5.属于三类内部事务信息"),
    ("refused_process", "6.属于四类过程性信息"),
    ("refused_enforcement", "7.属于行政执法案卷"),
    ("refused_query", "8.属于行政查询事项"),
)
UNAVAILABLE = (
    ("unavailable_not_held", "1.本机关不掌握相关政府信息"),
    ("unavailable_needs_creation", "2.没有现成信息需要另行制作"),
    ("unavailable_unclear", "3.补正后申请内容仍不明确"),
)
DECLINED = (
    ("declined_petition", "1.信访举报投诉类申请"),
    ("declined_repeat", "2.重复申请"),
    ("declined_publication", "3.要求提供公开出版物"),
    ("declined_excessive", "4.无正当理由大量反复申请"),
    ("declined_reissue", "5.要求行政机关确认或重新出具已获取信息"),
)
OTHER = (
    ("other_not_corrected", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
    ("other_unpaid", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
    ("other_other", "3.其他"),
)
RESULTS = "三、本年度办理结果"
PARTIAL = "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"
DISPUTES = (("reconsideration", "行政复议"), ("direct_suit", "未经复议直接起诉"), ("later_suit", "复议后起诉"))
OUTCOMES = (("upheld", "结果维持"), ("corrected", "结果纠正"), ("other", "其他结果"), ("pending", "尚未审结"))


def request_rows(edition: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the key and the labels, from the group down, of each row of the table of requests."""
    rows: list[tuple[str, tuple[str, ...]]] = [
        ("new", ("一、本年新收政府信息公开申请数量",)),
        ("carried_in", ("二、上年结转政府信息公开申请数量",)),
        ("granted", (RESULTS, "（一）予以公开")),
        ("partial", (RESULTS, PARTIAL)),
        *((key, (RESULTS, "（三）不予公开", label)) for key, label in REFUSED),
        *((key, (RESULTS, "（四）无法提供", label)) for key, label in UNAVAILABLE),
        *((key, (RESULTS, "（五）不予处理", label)) for key, label in DECLINED),
    ]
    if edition == "2021":
        rows += [(key, (RESULTS, "（六）其他处理", label)) for key, label in OTHER]
    else:
        rows.append(("other", (RESULTS, "（六）其他处理")))
    return [*rows, ("closed", (RESULTS, "（七）总计")), ("carried_out", ("四、结转下年度继续办理",))]


def disclosure_blocks(edition: str) -> list[tuple[str, list[tuple[str, str]], list[tuple[str, str]]]]:
    """Return title, columns and rows of each part of the table of disclosure, as key and label."""
    if edition == "2021":
        decisions = [("decisions", "本年处理决定数量")]
        return [
            (
                "第二十条第（一）项",
                [("made", "本年制发件数"), ("repealed", "本年废止件数"), ("in_force", "现行有效件数")],
                [("rules", "规章"), ("normative", "行政规范性文件")],
            ),
            ("第二十条第（五）项", decisions, [("licensing", "行政许可")]),
            ("第二十条第（六）项", decisions, [("penalty", "行政处罚"), ("coercion", "行政强制")]),
            ("第二十条第（八）项", [("amount", "本年收费金额（单位：万元）")], [("fees", "行政事业性收费")]),
        ]
    changes = [("previous", "上一年项目数量"), ("change", "本年增/减")]
    return [
        (
            "第二十条第（一）项",
            [("created", "本年新制作数量"), ("published", "本年新公开数量"), ("total", "对外公开总数量")],
            [("rules", "规章"), ("normative", "规范性文件")],
        ),
        (
            "第二十条第（五）项",
            [*changes, ("decisions", "处理决定数量")],
            [("licensing", "行政许可"), ("services", "其他对外管理服务事项")],
        ),
        (
            "第二十条第（六）项",
            [*changes, ("decisions", "处理决定数量")],
            [("penalty", "行政处罚"), ("coercion", "行政强制")],
        ),
        ("第二十条第（八）项", changes, [("fees", "行政事业性收费")]),
        (
            "第二十条第（九）项",
            [("projects", "采购项目数量"), ("amount", "采购总金额")],
            [("procurement", "政府集中采购")],
        ),
    ]


def invented(edition: str, rng: random.Random) -> dict[str, Number]:
    """Return numbers whose totals are right; many of them are 0, as in most offices."""
    figures: dict[str, Number] = {}
    for _, columns, rows in disclosure_blocks(edition):
        for row, _ in rows:
            for column, _ in columns:
                figures[f"disclosure.{row}.{column}"] = _number(rng, column)
    keys = [key for key, _ in request_rows(edition)]
    for column in COLUMNS:
        for key in keys:
            figures[f"requests.{key}.{column}"] = rng.choice((0, 0, 1, 2, 5, 12, 37)) if key not in _SUMS else 0
        closed = sum(int(figures[f"requests.{key}.{column}"]) for key in keys if key not in _SUMS)
        figures[f"requests.closed.{column}"] = closed
        out = figures[f"requests.carried_out.{column}"] = rng.choice((0, 0, 1, 3))
        came_in = figures[f"requests.carried_in.{column}"] = min(closed + out, rng.choice((0, 0, 2, 4)))
        figures[f"requests.new.{column}"] = closed + out - came_in
    for key in keys:
        figures[f"requests.{key}.total"] = sum(int(figures[f"requests.{key}.{column}"]) for column in COLUMNS)
    for key, _ in DISPUTES:
        for outcome, _ in OUTCOMES:
            figures[f"disputes.{key}.{outcome}"] = rng.choice((0, 0, 0, 1, 2, 4, 11))
        figures[f"disputes.{key}.total"] = sum(int(figures[f"disputes.{key}.{outcome}"]) for outcome, _ in OUTCOMES)
    return figures


_SUMS = ("new", "carried_in", "closed", "carried_out")


def _number(rng: random.Random, column: str) -> Number:
    if column == "amount":
        return rng.choice((0, 45, Decimal("47.9659"), Decimal("1203.5"), Decimal("0.38")))
    if column == "change":
        return rng.choice((0, 3, -2, 11))
    return rng.choice((0, 0, 2, 14, 138, 1205, 26418))
