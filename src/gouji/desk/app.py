"""The pages of the desk, put together: what all of them know, and what is said when something fails."""

from __future__ import annotations

import traceback
from typing import Any

from flask import Flask, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from gouji.collection.review.actions import without_commands
from gouji.desk.desk import Desk
from gouji.desk.guard import Guard, protect
from gouji.desk.pages import PAGES, STEPS
from gouji.desk.tasks import of_the_system
from gouji.runtime.command_lines import command_line
from gouji.runtime.errors import GoujiError
from gouji.runtime.printable import clean

_MOST_BYTES = 1024 * 1024 * 1024
_MOST_PARTS = 20_000
_MOST_TEXT = 4 * 1024 * 1024
"""What one request may bring: files, their number, and what is typed."""

_SENTENCES = {
    400: "浏览器发来的请求不对。请回到总览再做一次。",
    403: "这一页已经过期，或者不是从这里打开的，没有做。请回到总览再做一次。",
    404: "没有这一页。",
    405: "这个地址不能直接打开。请回到总览再做一次。",
    413: "一次发来的文件太多、太大，没有收。请分几次发，或者把文件放进“回收”文件夹再收表。",
}


def create_app(desk: Desk, guard: Guard) -> Flask:
    """Return the application of a desk."""
    app = Flask("gouji.desk")
    app.config.update(
        MAX_CONTENT_LENGTH=_MOST_BYTES, MAX_FORM_PARTS=_MOST_PARTS, MAX_FORM_MEMORY_SIZE=_MOST_TEXT, DESK=desk
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(desk=desk, unit_address=_unit_address)
    app.jinja_env.filters["command_line"] = lambda arguments: command_line(["gouji", *arguments])
    app.jinja_env.filters["on_a_page"] = without_commands
    protect(app, guard)
    app.context_processor(_for_all_pages)
    for page in PAGES:
        app.register_blueprint(page)
    app.register_error_handler(GoujiError, _refused)
    app.register_error_handler(HTTPException, _not_possible)
    app.register_error_handler(OSError, _of_the_system)
    app.register_error_handler(Exception, _bug)
    app.after_request(_cleaned)
    return app


def _for_all_pages() -> dict[str, Any]:
    desk: Desk = g.get("desk")
    return {
        "workspace": g.get("workspace"),
        "place": g.get("place", ""),
        "steps": STEPS,
        "heading": _heading(),
        "questions": _address("questions.show"),
        "done": desk.done(request.args.get("done", "")) if desk else None,
        "task": desk.tasks.last if desk else None,
    }


def _heading() -> str:
    """Return whose year it is. A page is shown also where the settings are wrong, and says so."""
    workspace = g.get("workspace")
    if workspace is None:
        return ""
    try:
        return f"{workspace.settings.office or '（还没有写主管部门）'}，{workspace.settings.year} 年度"
    except GoujiError:
        return "（设置要改）"


def _address(endpoint: str, **values: Any) -> str:
    """Return an address of the year in hand."""
    return url_for(endpoint, **values) if g.get("place") and endpoint in current_app.view_functions else "#main"


def _unit_address(code: str) -> str:
    return _address("unit.show", code=code)


def _cleaned(answer: Any) -> Any:
    """Take from a page what no text may bring to a screen."""
    if answer.mimetype == "text/html" and not answer.direct_passthrough:
        answer.set_data(clean(answer.get_data(as_text=True)))
    return answer


def _refused(error: Exception) -> ResponseReturnValue:
    return _trouble(without_commands(str(error)), 409)


def _not_possible(error: Exception) -> ResponseReturnValue:
    code = error.code if isinstance(error, HTTPException) and error.code else 500
    return _trouble(_SENTENCES.get(code, f"这一步做不了（{code}）。请回到总览再做一次。"), code)


def _of_the_system(error: Exception) -> ResponseReturnValue:
    said = of_the_system(error)
    return _trouble(said, 507) if said else _bug(error)


def _bug(error: Exception) -> ResponseReturnValue:
    traceback.print_exception(error)
    return _trouble("程序出了错，这一步没有做完。窗口里有出错的地方，请告诉程序的维护者。", 500)


def _trouble(sentence: str, code: int) -> ResponseReturnValue:
    again = request.full_path.rstrip("?") if request.method == "GET" and code != 404 else ""
    return render_template("trouble.html", sentence=sentence, again=again), code
