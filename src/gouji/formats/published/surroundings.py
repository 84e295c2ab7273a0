"""What a site or an office prints around a report: dates and sources above it, links and the site's footer below it."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LONGEST = 120
_LONGEST_FOOTER = 400
_LONGEST_LINK = 60
_AROUND = re.compile(
    r"""[【\[（(]?\s*(?:
      (?:发布|更新|成文|生成|公开)?(?:日期|时间)\s*[:：].* | (?:信息)?来源\s*[:：].* | 作者\s*[:：].* |
      字[体号]\s*[:：].* | (?:浏览|阅读|点击|访问)(?:次数|量|数)?\s*[:：].* | 责任编辑.* |
      (?:分享|打印|关闭|收藏|返回)[^。]{0,20} | 大|中|小 | 扫一扫.* | 相关(?:链接|阅读|附件|文章|稿件).* |
      [上下]一[篇条].* | 当前位置.* | 您(?:当前|现在)?的?位置.* | 首页\s*[>＞].* |
      (?:主办|承办)(?:单位)?\s*[:：].* | 版权所有.* | 网站(?:地图|标识码).* | .{0,10}ICP备.* | .{0,10}公网安备.* |
      Copyright.* | 索\s*引\s*号.* | 公开(?:方式|范围)\s*[:：].*
    )\s*[】\]）)]?""",
    re.VERBOSE | re.IGNORECASE,
)
"""What a portal writes into the text of a page, above the report or below it."""
_BELOW_WORDS = (
    r"(?:打印|关闭)(?:本页|窗口|本文|此页|页面|文章)?",
    r"返回(?:顶部|首页|上一?页|列表)?",
    r"(?:我要)?(?:分享|收藏|纠错)(?:到|至)?[^。]{0,20}",
    r"扫一扫[^。，；]{0,30}",
    r"(?:用)?(?:微信|手机)扫[^。]{0,30}",
    r"[上下]一(?:篇|条|页|个)[^。]{0,60}",
    r"没有了",
    r"责任编辑[^。]{0,30}",
    r"(?:信息)?来源\s*[:：][^。]{0,40}",
    r"(?:发布|更新)(?:日期|时间)\s*[:：][^。]{0,30}",
    r"(?:浏览|阅读|点击|访问)(?:次数|量|数)\s*[:：][^。]{0,20}",
    r"(?:网站|本站)?(?:主办|承办|协办|运维|维护|运营|技术支持)(?:单位|方)?\s*[:：][^。]{0,60}",
    r"(?:Copyright|©|版权所有|版权声明|版权\s*[:：])[^。]{0,100}",
    r"(?:网站|站点)(?:地图|导航|声明|帮助|简介|管理)",
    r"(?:政府)?(?:网站|站点)(?:标识码|备案)[^。]{0,60}",
    r"[^。，]{0,12}(?:ICP备|公网安备)[^。]{0,60}",
    r"备案(?:号|序号|编号)[^。]{0,60}",
    r"建议您?使用[^。]{0,60}浏览器[^。]{0,30}。?",
    r"未经[^。]{0,20}(?:许可|授权|同意)[^。]{0,30}。?",
    r"(?:联系|关于)我们",
    r"(?:使用|无障碍)(?:帮助|浏览|阅读)",
    r"隐私(?:声明|政策|保护)?",
    r"(?:法律|免责)声明",
    r"设为首页",
    r"加入收藏",
    r"(?:网站)?首页",
    r"您是第[^。]{0,20}",
    r"相关(?:链接|阅读|附件|文章|稿件|信息|新闻|推荐|文件|内容)",
    r"(?:热点|热门|推荐|最新)(?:推荐|阅读|新闻|信息|文章|内容|专题)",
    r"友情链接",
    r"(?:快速|部门|快捷|网站|站群)(?:导航|通道|入口|链接)",
    r"(?:上级|下级|部门|政府|县区|区县|市州|省级)(?:部门)?网站(?:群|链接)?",
    r"政府信息公开(?:指南|目录|制度|年报|专栏|指引)",
    r"法定主动公开内容",
)
_BELOW = re.compile(rf"[【\[（(]?\s*(?:{'|'.join(_BELOW_WORDS)})\s*[】\]）)]?", re.IGNORECASE)
"""How what a site prints below a report begins."""
_FOOTER_WORD = re.compile(
    r"版权所有|ICP备|公网安备|网站标识码|主办单位|承办单位|主办\s*[:：]|承办\s*[:：]|技术支持|网站地图|Copyright",
    re.IGNORECASE,
)
_WORDS_OF_A_FOOTER = 2
_SENTENCE = re.compile("[。；！？]")
_CLAUSE = re.compile("[。；！？，]")
_PRINTED_ADDRESS = re.compile(r"(?:https?|file)://\S+(?:\s+\d+\s*/\s*\d+)?", re.IGNORECASE)
"""What a browser prints below each page."""


def is_around(text: str) -> bool:
    """Tell whether a line is one of those that a portal writes above or below a report."""
    return len(text) <= _LONGEST and bool(_AROUND.fullmatch(text))


def is_printed_address(text: str) -> bool:
    """Tell whether a line is the address that a browser prints below each page."""
    return bool(_PRINTED_ADDRESS.fullmatch(text))


def own_end(lines: Sequence[str]) -> int:
    """Return how many lines of the last section are the report's own.

    A site's footer begins with words of its own, and no sentence follows it: where one does, the words above it are
    the report's.
    """
    end = len(lines)
    for index in range(len(lines) - 1, -1, -1):
        if _is_below(lines[index]) or (is_around(lines[index]) and not _CLAUSE.search(lines[index])):
            end = index
        elif len(lines[index]) > _LONGEST_LINK or _SENTENCE.search(lines[index]):
            break
    return end


def _is_below(text: str) -> bool:
    """Tell whether a line begins what a site prints below a report."""
    if len(text) > _LONGEST_FOOTER:
        return False
    if len(set(_FOOTER_WORD.findall(text))) >= _WORDS_OF_A_FOOTER:
        return True
    words = [word for word in re.split(r"\s*[|｜丨·]\s*|\s{2,}|(?<=[】\]])\s*(?=[【\[])", text.strip()) if word]
    return bool(words) and all(_BELOW.fullmatch(word) for word in words)
