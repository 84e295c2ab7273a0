"""Copied texts among many units: how many pairs are found, how many of those are right, and how long it takes.

Run ``python benchmarks/likeness.py [UNITS [CHARACTERS]]``. The texts are invented, in the manner of such reports, of
their length (4 kB) and all different; the same seed gives the same texts. Every unit writes sentences of its own from
patterns and words, a third of them copy from another unit of their county and edit what they copied word by word. All
have set phrases as well, which are the hard case of this field: phrases that almost half of all units use, in one of
several wordings, and sentences that the office of the county has sent round.

Time and memory are those of UNITS units (5000) on one core, without making the texts. Recall and precision are measured
on 300 units against the exact computation, which compares every sentence of every unit with every other. To measure
another build, put its ``src`` into PYTHONPATH.
"""

from __future__ import annotations

import itertools
import random
import re
import resource
import sys
import time
from collections.abc import Mapping, Sequence

from rapidfuzz.distance import Indel
from rapidfuzz.process import extract

from gouji.checks import copied_text as likeness
from gouji.checks.settings import AS_SHIPPED
from gouji.checks.words import WORDS

MEASURED = 300
LENGTH = 1350
"""Characters of the text of a unit, which are 4 kB."""
COUNTY = 20
"""Units of a county: they share what their office has sent round, and copy from one another."""

VOCABULARY = """
who 党政办 财政所 民政窗口 各村支部 便民中心 农业站 司法所 综治办 规划站 自然资源所 退役军人站 文化站 应急办 社保所
who 卫生院 各社区 包村干部 纪检干事 信息员 分管领导 办公室 政策法规股 行政审批股 机关党委 项目办 水利站 林业站
who 统计站 市场监管所 供销社 街道工委 网格员 驻村工作队 医保窗口 不动产窗口 税务窗口
how 逐项梳理 按月公布 集中审核 分级管理 主动对接 逐户告知 及时更新 定期抽查 统一归口 严格把关 反复核对 专人负责
how 分类汇总 现场解答 对照清单整理 按季通报 交叉检查 挂图作战 限时办结 全程留痕 分片包干 轮流值守 当面说明 上门核实
how 归档备查
what 惠民补贴发放名单 土地流转信息 道路修缮工程招标 低保审批结果 农村危房改造名单 财政预算执行 干部联系方式
what 防汛责任分工 征地补偿标准 医保缴费办法 小额信贷政策 秸秆禁烧通告 村级债务情况 饮水工程验收 公益岗位聘用
what 残疾人补助标准 疫苗接种安排 农机购置补贴 校车线路 环卫保洁合同 林地确权结果 养老服务补贴 食品抽检结果
what 厕所改造进度 义务教育划片 人才公寓分配 老旧小区改造 物业维修资金 地名更名批复 河道采砂许可 安全生产检查
what 招商项目进度 污水管网改造 高标准农田建设 临时救助名册 集体资产租赁 宅基地审批 燃气安装收费 停车泊位收费
what 保障房轮候名单
act 召开专题会 组织自查 开展业务培训 走访群众 设置意见箱 修订工作制度 邀请代表评议 入户发放明白纸 更换公开栏
act 核查旧栏目 编写办事指南 设立查阅点 开通咨询电话 整理档案 公布监督电话 录制解读短片 绘制流程图 举办开放日
act 约谈滞后单位 印发工作要点 更新公开目录 调整栏目设置 清理失效文件 座谈企业代表
result 群众反映较好 差错明显减少 当年全部完成 得到村民认可 没有逾期 错漏当场改正 栏目不再空缺 查询更加方便
result 投诉比上年少 留言都有回音 各村进度一致 资料齐全可查 结果已经公示 平均用时缩短 重复申请下降 台账做到一事一档
result 解答口径一致 热线转办量下降 链接全部有效 老年人也看得懂
time 上半年 第三季度 年底前 汛期以前 春节前后 五月份 每月下旬 收割季节 换届期间 开学以前 国庆节后 每周一 旅游旺季
time 供暖以前
lack 更新偏慢 内容不全 口径不一 解读较少 格式杂乱 查找困难 链接失效 附件缺失 术语过多 时限偏紧
where 政府网站 政务公开专栏 村务公开栏 便民服务大厅 档案馆查阅点 图书馆 微信公众号 应急广播 电子显示屏 集市宣传点
where 小区公告栏 农家书屋 乡镇文化广场 政务服务平台
whom 种粮大户 个体工商户 退休职工 务工人员 残疾人家庭 学生家长 小微企业 合作社社员 租住居民 老年人
"""
"""Each line: a kind of word, and words of it."""
PLACES = (
    "柳桃石清白青双大小上下东西南北高平长新安永福金银梅松",
    "溪桥塘岭坪湾林沟泉坝井庙店集关山河口屯营堡洼坡岗田",
    "村路",
)
WORDS_OF: dict[str, list[str]] = {"place": ["".join(parts) for parts in itertools.product(*PLACES)]}
for line in VOCABULARY.split("\n")[1:-1]:
    kind, *words = line.split()
    WORDS_OF.setdefault(kind, []).extend(words)
PATTERNS = (
    "{who}{how}{what}，{time}在{where}张贴，{result}",
    "围绕{place}的{what}，{who}与{who}{act}，并向{whom}{how}，{result}",
    "{time}{who}到{place}、{place}{act}{number}次，涉及{what}等{number}项，{result}",
    "{act}方面，{who}对{what}{how}，全年在{where}发布{number}条，其中解读{number}条",
    "{what}由{who}{how}，{time}经{who}复核后在{where}公布，{result}",
    "针对{what}{lack}的情况，{who}{time}{act}，补充内容{number}处，{result}",
    "受理{place}{whom}关于{what}的申请{number}件，由{who}{how}，平均{number}个工作日答复，{result}",
    "把{what}和{what}并入同一栏目，{who}{how}，{place}的{whom}可以在{where}查到",
    "{who}在{place}{act}时发现{what}{lack}，{time}改正{number}处，并在{where}说明",
)
FORMULAS = (
    "坚持以{习近平新时代中国特色社会主义思想|党的创新理论}为指导，全面贯彻党的二十大{和二十届三中全会|及历次全会}精神，{扎实|深入|稳步}推进政府信息公开",
    "认真{贯彻|贯彻落实|学习贯彻}条例{要求|规定|精神}，紧紧围绕{中心工作|全县中心工作|群众关切}，{不断|持续|着力}提高政府工作透明度",
    "坚持以公开为常态、不公开为例外，{切实|依法}保障{群众|公众|人民群众}的知情权、参与权{、表达权|}和监督权",
    "成立以主要领导为组长、分管领导为副组长、各{科室|站所|部门}负责人为成员的{政务公开|信息公开}工作领导小组",
    "按照“谁公开、谁审查、谁负责”的原则，{严格执行|落实}信息发布{三审三校|保密审查|先审后发}制度，{确保|做到}内容准确、表述规范",
    "{进一步|不断}完善依申请公开{工作机制|工作流程|办理流程}，规范{登记|受理}、审核、办理、答复{各环节|全流程}，{依法|按时}答复申请人",
    "充分发挥政府网站{第一平台|主阵地|主渠道}作用，及时{发布|公开}各类政务信息，{方便|便于}群众查询和监督",
    "将政务公开{纳入|列入}年度{目标考核|绩效考核|综合考核}，定期{通报|督查|检查}，{压实|落实}工作责任",
    "加强{政务公开|信息公开}队伍建设，组织{工作人员|业务人员}参加{业务培训|专题培训}，{不断|进一步}提升业务能力和水平",
    "主动公开的{广度和深度|内容}还{不够|有待提高}，与群众的{期待|需求}还有{一定|不小}差距",
    "政策解读{形式|方式}{单一|较为单一}，{图文解读|多样化解读}{较少|不多}，群众{看不懂|理解起来不便}的情况仍然存在",
    "工作人员{多为兼职|变动较快}，业务{水平|能力}{有待|需要}进一步提高",
    "信息更新{不够及时|有时滞后}，个别栏目{更新频率偏低|内容较少}",
    "下一步，将{继续|进一步}加强{学习培训|组织领导}，{健全|完善}工作机制，{推动|促进}政府信息公开工作再上新台阶",
    "{丰富|创新}政策解读{形式|方式}，综合运用{图解|图表}、{视频|动漫}、问答等{形式|方式}，{提高|增强}解读的针对性和可读性",
    "{加大|强化}监督检查力度，对{公开不及时|更新滞后}、不{规范|准确}的{及时|限期}督促整改",
    "{建立健全|完善}政府信息{管理|动态管理}机制，{及时|定期}清理{失效|过期}信息，{确保|保证}公开内容{有效|准确有效}",
    "积极{回应|办理}群众{关切|留言}，做到件件有{回音|着落}、事事有{着落|回音}",
    "全年未发生因政府信息公开{引起|引发}的{行政复议|复议}、行政诉讼{案件|情形}",
    "未发现{泄密|失密泄密}和{信息发布不当|发布失误}的{情况|问题}",
)
"""A sentence with its wordings in braces. Two reports that use it have it word for word or nearly so."""
USE = (0.1, 0.65)
"""The share of all units that use the rarest and the most frequent of these."""


def sentence(rng: random.Random) -> str:
    """Write a sentence of a unit's own."""
    pattern = rng.choice(PATTERNS)
    return re.sub(r"\{(\w+)\}", lambda match: _word(match[1], rng), pattern) + "。"


def _word(kind: str, rng: random.Random) -> str:
    return str(rng.randint(2, 300)) if kind == "number" else rng.choice(WORDS_OF[kind])


def set_phrase(formula: str, rng: random.Random) -> str:
    """Write a set phrase in one of its wordings."""
    return re.sub(r"\{([^}]*)\}", lambda match: rng.choice(match[1].split("|")), formula) + "。"


def edited(text: str, rng: random.Random, share: float) -> str:
    """Change words of a sentence, as somebody does who has copied it."""
    for words in WORDS_OF.values():
        for word in words:
            if word in text and rng.random() < share:
                text = text.replace(word, rng.choice(words), 1)
    return text


def written(units: int, seed: int = 1, length: int = LENGTH) -> dict[str, list[str]]:
    """Return a section of each unit; a third of them have copied more or less of another one's."""
    rng = random.Random(seed)
    texts: dict[str, list[str]] = {}
    step = (USE[1] - USE[0]) / (len(FORMULAS) - 1)
    shares = {formula: USE[0] + step * place for place, formula in enumerate(FORMULAS)}
    for number in range(units):
        if number % COUNTY == 0:
            sent_round, neighbours = [sentence(rng) for _ in range(6)], []
        used = [set_phrase(formula, rng) for formula, share in shares.items() if rng.random() < share]
        used += [one for one in sent_round if rng.random() < 0.4]
        own: list[str] = []
        if neighbours and rng.random() < 0.35:
            share, strength = rng.uniform(0.3, 1.0), rng.choice((0, 0, 0.1, 0.25))
            own = [edited(one, rng, strength) for one in rng.choice(neighbours) if rng.random() < share]
        room = length - sum(map(len, used)) - sum(map(len, own))
        while room > 0:
            own.append(sentence(rng))
            room -= len(own[-1])
        neighbours.append(own)
        text = [*used, *own]
        rng.shuffle(text)
        texts[f"第{number}镇"] = text
    return texts


def exactly(texts: Mapping[str, Sequence[str]]) -> dict[tuple[str, str], float]:
    """Return the exact share of every two units, which ``similar_pairs`` estimates, by comparing every sentence."""
    sentences = {unit: likeness.own_sentences(paragraphs, unit) for unit, paragraphs in texts.items()}
    every = sorted({one.bare for several in sentences.values() for one in several})
    number = {bare: at for at, bare in enumerate(every)}
    near: list[set[int]] = [{at} for at in range(len(every))]
    for one, mine in enumerate(every):
        least = WORDS.copied_text.similar
        for _, _, other in extract(mine, every, scorer=Indel.normalized_similarity, score_cutoff=least, limit=None):
            near[one].add(other)
    own = {unit: [number[one.bare] for one in several] for unit, several in sentences.items()}
    having: list[set[str]] = [set() for _ in every]
    for unit, several in own.items():
        for at in several:
            having[at].add(unit)
    most = max(WORDS.copied_text.crowd, AS_SHIPPED.threshold("copied.unit.everybody") / 100 * len(texts))
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


def main(units: int = 5000, length: int = LENGTH) -> None:
    """Measure and print."""
    texts = written(units, seed=2, length=length)
    before, cpu = _peak(), time.process_time()
    pairs = likeness.similar_pairs(texts)
    print(
        f"{units} units of {length} characters: {len(pairs)} pairs, {time.process_time() - cpu:.1f} s of one processor"
    )
    print(f"  {_peak()} MB at most, {before} MB with the texts alone")
    texts = written(min(MEASURED, units), length=length)
    least = AS_SHIPPED.threshold("copied.unit.share")
    start = time.process_time()
    right = {frozenset(pair) for pair, share in exactly(texts).items() if share >= least}
    middle = time.process_time()
    found = {frozenset((pair.one, pair.other)) for pair in likeness.similar_pairs(texts)}
    end = time.process_time()
    print(f"{len(texts)} units: {len(right)} pairs exactly in {middle - start:.1f} s,", end=" ")
    print(f"{len(found)} in {end - middle:.2f} s")
    hit = len(found & right)
    print(f"  recall {hit / max(len(right), 1):.4f}, precision {hit / max(len(found), 1):.4f}")


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
