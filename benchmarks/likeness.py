"""Measure the search for copied texts among many units: recall, precision and time.

Run ``python benchmarks/likeness.py [UNITS]``. The texts are synthetic: every unit writes sentences of its own from
patterns and words, some copy from another unit of their county and edit what they copied word by word, and all have
sentences that everybody writes. Recall and precision are measured on 300 units against the exact computation, which
compares every sentence of every unit with every other; the time is that of UNITS units (5000) on one core.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Mapping, Sequence

from rapidfuzz.distance import Indel

from gouji.checks import copied_text as likeness
from gouji.checks.settings import AS_SHIPPED
from gouji.checks.words import WORDS

MEASURED = 300
PARTS = (
    "{who}{how}{what}，{result}",
    "围绕{what}，{who}{how}{act}，{result}",
    "{time}{who}{act}{number}次，{result}",
    "{act}方面，{who}{how}{what}，全年{number}条",
    "{what}由{who}{how}，{time}{result}",
    "针对{what}{lack}的情况，{who}{act}，{result}",
)
WORDS_OF = {
    "who": [
        "党政办", "财政所", "民政窗口", "各村支部", "便民中心", "农业站", "司法所", "综治办", "规划站",
        "自然资源所", "退役军人站", "文化站", "应急办", "社保所", "卫生院", "各社区", "包村干部", "纪检干事",
        "信息员", "分管领导",
    ],
    "how": [
        "逐项梳理", "按月公布", "集中审核", "分级管理", "主动对接", "逐户告知", "及时更新", "定期抽查",
        "统一归口", "严格把关", "反复核对", "专人负责", "分类汇总", "现场解答", "对照清单整理",
    ],
    "what": [
        "惠民补贴发放名单", "土地流转信息", "道路修缮工程招标", "低保审批结果", "农村危房改造名单",
        "财政预算执行", "干部联系方式", "防汛责任分工", "征地补偿标准", "医保缴费办法", "小额信贷政策",
        "秸秆禁烧通告", "村级债务情况", "饮水工程验收", "公益岗位聘用", "残疾人补助标准", "疫苗接种安排",
        "农机购置补贴", "校车线路", "环卫保洁合同", "林地确权结果", "养老服务补贴", "食品抽检结果",
        "厕所改造进度",
    ],
    "act": [
        "召开专题会", "组织自查", "开展业务培训", "走访群众", "设置意见箱", "修订工作制度", "邀请代表评议",
        "入户发放明白纸", "更换公开栏", "核查旧栏目", "编写办事指南", "设立查阅点", "开通咨询电话", "整理档案",
        "公布监督电话",
    ],
    "result": [
        "群众反映较好", "差错明显减少", "当年全部完成", "得到村民认可", "没有逾期", "错漏当场改正",
        "栏目不再空缺", "查询更加方便", "投诉比上年少", "留言都有回音", "各村进度一致", "资料齐全可查",
        "结果已经公示",
    ],
    "time": [
        "上半年", "第三季度", "年底前", "汛期以前", "春节前后", "五月份", "每月下旬", "收割季节",
    ],
    "lack": [
        "更新偏慢", "内容不全", "口径不一", "解读较少", "格式杂乱", "查找困难",
    ],
}  # fmt: skip
EVERYBODY = (
    "坚持以公开为常态、不公开为例外，保障群众的知情权、参与权和监督权。",
    "本报告所列数据的统计期限为上年1月1日至12月31日。",
    "深入贯彻条例要求，不断提高政府工作透明度。",
    "下一步，将继续加强学习，提高公开工作水平。",
)


def sentence(rng: random.Random) -> str:
    """Write a sentence."""
    words = {key: rng.choice(words) for key, words in WORDS_OF.items()}
    one = rng.choice(PARTS).format(**words, number=rng.randint(2, 300))
    other = rng.choice(PARTS).format(**{key: rng.choice(words) for key, words in WORDS_OF.items()}, number=7)
    return f"{one}；{other}。" if rng.random() < 0.1 else f"{one}，{other.split('，')[0]}。"


def edited(text: str, rng: random.Random, share: float) -> str:
    """Change words of a sentence, as people do with copied ones."""
    for words in WORDS_OF.values():
        for word in words:
            if word in text and rng.random() < share:
                text = text.replace(word, rng.choice(words), 1)
    return text


def written(units: int, seed: int = 1) -> dict[str, list[str]]:
    """Return a section of each unit; a third of the units copied more or less of another one's."""
    rng = random.Random(seed)
    texts: dict[str, list[str]] = {}
    for number in range(units):
        own = [sentence(rng) for _ in range(rng.randint(8, 16))]
        county = list(list(texts)[-20:])
        if county and rng.random() < 0.35:
            source = texts[rng.choice(county)]
            share, strength = rng.uniform(0.3, 1.0), rng.choice((0, 0, 0.1, 0.25))
            copied = [edited(one, rng, strength) for one in source if rng.random() < share and one not in EVERYBODY]
            own = [*copied, *own[: max(0, len(own) - len(copied))]]
        own += [one for one in EVERYBODY if rng.random() < 0.8]
        texts[f"第{number}镇"] = own
    return texts


def exactly(texts: Mapping[str, Sequence[str]]) -> dict[tuple[str, str], float]:
    """Return the exact share for every two units, which ``alike`` estimates, by comparing all sentences."""
    sentences = {unit: likeness.own_sentences(paragraphs, unit) for unit, paragraphs in texts.items()}
    every = sorted({one.bare for several in sentences.values() for one in several})
    number = {bare: at for at, bare in enumerate(every)}
    near: list[set[int]] = [{at} for at in range(len(every))]
    for one, mine in enumerate(every):
        for other in range(one + 1, len(every)):
            if Indel.normalized_similarity(mine, every[other], score_cutoff=WORDS.likeness.similar):
                near[one].add(other)
                near[other].add(one)
    own = {unit: [number[one.bare] for one in several] for unit, several in sentences.items()}
    having: list[set[str]] = [set() for _ in every]
    for unit, several in own.items():
        for at in several:
            having[at].add(unit)
    most = max(WORDS.likeness.crowd, AS_SHIPPED.threshold("copied.unit.everybody") / 100 * len(texts))
    among = [set().union(*(having[like] for like in likes)) for likes in near]
    own = {unit: [at for at in several if len(among[at]) < most] for unit, several in own.items()}
    length = {unit: sum(len(every[at]) for at in several) for unit, several in own.items()}
    shares = {}
    for position, one in enumerate(own):
        for other in list(own)[position + 1 :]:
            short, long = sorted((one, other), key=lambda unit: length[unit])
            copied = sum(len(every[at]) for at in own[short] if long in among[at])
            if length[short] >= AS_SHIPPED.threshold("copied.length"):
                shares[short, long] = 100 * copied / length[short]
    return shares


def main(units: int = 5000) -> None:
    """Measure and print."""
    texts = written(MEASURED)
    start = time.perf_counter()
    least = AS_SHIPPED.threshold("copied.unit.share")
    right = {frozenset(pair) for pair, share in exactly(texts).items() if share >= least}
    middle = time.perf_counter()
    found = {frozenset((pair.one, pair.other)) for pair in likeness.alike(texts)}
    end = time.perf_counter()
    print(
        f"{MEASURED} units: {len(right)} pairs exactly in {middle - start:.1f} s, {len(found)} in {end - middle:.2f} s"
    )
    print(f"  recall {len(found & right) / len(right):.4f}, precision {len(found & right) / len(found):.4f}")
    texts = written(units, seed=2)
    start, cpu = time.perf_counter(), time.process_time()
    pairs = likeness.alike(texts)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{units} units: {len(pairs)} pairs, {time.perf_counter() - start:.1f} s, ", end="")
    print(f"{time.process_time() - cpu:.1f} s of one processor; {memory} MB at most")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
