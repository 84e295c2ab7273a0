"""What holds of every address and every form of the desk, whichever pages there are."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import lxml.html
import pytest
from county import TODAY, TOWNS, County
from officer import Officer, at_the_desk
from werkzeug.test import TestResponse

from gouji.collection.workspace.folder import Workspace

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"
ODD = "\" onload='alert(3)' x=\"]]></textarea></select>右\u202e左\u200f\x00\x07\x1b[31m\r\nSet-Cookie: a=b{{ 7*7 }}"
HOSTILE = (EVIL + ODD, "长" * 100_000, "9" * 5000)
TYPED = {"text", "search", "date", "password", None}
HIDDEN = {*TYPED, "hidden"}


@pytest.fixture(scope="module")
def collected(issued: County, tmp_path_factory: pytest.TempPathFactory) -> County:
    """Reports with an error and with a question, two of one town, one that has passed, and a file of nobody."""
    county = issued.copied(tmp_path_factory.mktemp("every") / "year")
    county.writes(TOWNS[0])
    county.writes(TOWNS[1], disclosure__normative__made=7)
    county.writes(TOWNS[2], requests__new__natural=7)
    county.run("collect")
    county.writes(TOWNS[0], name="又一份.xlsx", requests__new__natural=9)
    (county.folder / "回收" / f"{EVIL.replace('/', '_')}.pdf").write_bytes(b"%PDF-1.4 nothing")
    county.run("collect")
    return county


@pytest.fixture
def officer(collected: County, tmp_path: Path) -> Iterator[Officer]:
    with at_the_desk(collected.copied(tmp_path / "desk" / "year").folder, TODAY) as officer:
        yield officer


def tokens(officer: Officer, *addresses: str) -> list[str]:
    cookie = officer.client.get_cookie(officer.guard.cookie, domain="127.0.0.1")
    assert cookie is not None
    with officer.app.test_request_context("/", headers={"Cookie": f"{cookie.key}={cookie.value}"}):
        return [officer.guard.token(address) for address in addresses]


def changing(officer: Officer) -> list[tuple[str, str]]:
    """Return each method and address that is not only for looking."""
    place = next(iter(officer.desk.years))
    values: dict[str, Any] = {"place": place, "what": "forms", "key": "explain"}
    found = []
    with officer.app.test_request_context("/", base_url=officer.origin):
        adapter = officer.app.url_map.bind("127.0.0.1")
        for rule in officer.app.url_map.iter_rules():
            given = {name: values.get(name, "x") for name in rule.arguments}
            for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
                found.append((method, adapter.build(rule.endpoint, given, method=method)))
    return found


def contents(folder: Path) -> dict[str, str]:
    """Return everything in a folder, with the time at which it was changed last."""
    return {
        path.relative_to(
            folder
        ).as_posix(): f"{path.stat().st_mtime_ns} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        if path.is_file()
        else "folder"
        for path in folder.rglob("*")
    }


def test_no_address_that_changes_something_takes_a_request_without_its_own_token(officer: Officer) -> None:
    folder = next(iter(officer.desk.years.values()))
    before, stranger = contents(folder.parent), officer.app.test_client()
    addresses = changing(officer)
    assert len(addresses) > 20
    for method, address in addresses:
        right, other = tokens(officer, address, f"{address}x")

        def status(data: dict[str, str], client: Any = officer.client, **headers: str) -> int:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            asked = client.open(address, method=method, base_url=officer.origin, data=data, headers=named)  # noqa: B023
            code: int = asked.status_code
            asked.close()
            return code

        assert method == "POST", address
        assert status({}) == 403, address
        assert status({"token": other}) == 403, address
        assert status({}, X_Desk_Token=other) == 403, address
        assert status({"token": right}, stranger) == 403, address
        assert status({"token": right}, Origin="http://evil.example") == 403, address
        assert status({"token": right}, Sec_Fetch_Site="same-site") == 403, address
        # A token in the address would stand in histories.
        asked = officer.client.post(f"{address}?token={right}", base_url=officer.origin)
        assert asked.status_code == 403, address
    assert officer.desk.tasks.last is None
    assert not officer.desk.ended.is_set()
    assert contents(folder.parent) == before


def crawled(officer: Officer, each: int) -> Iterator[tuple[str, TestResponse]]:
    """Open every address that pages link to or load, of those of one kind a few."""
    waiting, seen, kinds = ["/"], {"/"}, Counter[tuple[object, ...]]()
    adapter = officer.app.url_map.bind("127.0.0.1")
    while waiting:
        address = waiting.pop(0)
        answer = officer.client.get(address, base_url=officer.origin)
        yield address, answer
        for link in [*links(address, answer)]:
            path, query = urlsplit(link).path, urlsplit(link).query
            if link in seen or urlsplit(link).netloc:
                continue
            seen.add(link)
            endpoint, values = adapter.match(path)
            kind = (endpoint, values.get("key"), values.get("what"), *sorted(dict(parse_qsl(query))))
            kinds[kind] += 1
            if kinds[kind] <= each:
                waiting.append(link)
        answer.close()


def links(address: str, answer: TestResponse) -> Iterator[str]:
    if 300 <= answer.status_code < 400:
        yield urljoin(address, answer.headers["Location"]).partition("#")[0]
    if answer.mimetype != "text/html" or not answer.data:
        return
    for element in lxml.html.fromstring(answer.get_data(as_text=True)).iter(
        "a", "link", "iframe", "img", "script", "form"
    ):
        target = element.get("href") or element.get("src")
        if isinstance(element, lxml.html.FormElement) and (element.get("method") or "get") == "get":
            # Whoever presses the button of boxes has chosen some.
            chosen = [(box.get("name"), box.get("value", "on")) for box in element.xpath(".//input[@type='checkbox']")]
            values = [*((name, value) for name, value in element.form_values() if value is not None), *chosen[:1]]
            target = f"{element.get('action') or address.partition('?')[0]}?{urlencode(values)}"
        if target and not target.startswith(("#", "data:")):
            yield urljoin(address, target).partition("#")[0]


def test_looking_changes_nothing_and_every_link_leads_somewhere(officer: Officer) -> None:
    folder = next(iter(officer.desk.years.values()))
    before = contents(folder.parent)
    opened = 0
    for address, answer in crawled(officer, each=4):
        assert answer.status_code in {200, 204, 302}, f"{answer.status_code} {address}"
        opened += 1
    assert opened > 60
    assert contents(folder.parent) == before


def assert_only_data(answer: TestResponse, address: str) -> None:
    """A page runs only what is ours, shows no character that controls anything, and loads nothing from elsewhere."""
    assert answer.status_code < 500, f"{answer.status_code} {address}"
    assert "a=b" not in str(answer.headers.getlist("Set-Cookie"))
    if answer.mimetype != "text/html" or not answer.data or "/preview/page/" in address:
        return
    text = answer.get_data(as_text=True)
    assert not set(text) & set("\u202e\u200f\u2066\x00\x07\x1b"), address
    for element in lxml.html.fromstring(text).iter():
        if not isinstance(element.tag, str):
            continue
        assert not [name for name in element.attrib if name.startswith("on") or name == "style"], address
        if element.tag in ("script", "img", "iframe", "link"):
            loaded = element.get("src") or element.get("href") or ""
            assert loaded.startswith(("/static/", "/year/")), f"{element.tag} {loaded} {address}"


def forms(officer: Officer) -> dict[tuple[str, ...], tuple[str, lxml.html.FormElement]]:
    """Return one form of each kind that pages offer, with a text to be typed, and the page it stands on."""
    found: dict[tuple[str, ...], tuple[str, lxml.html.FormElement]] = {}
    for address, answer in crawled(officer, each=2):
        assert_only_data(answer, address)
        if answer.mimetype != "text/html" or not answer.data or "/preview/page/" in address:  # has a policy of its own
            continue
        for form in lxml.html.fromstring(answer.get_data(as_text=True)).forms:
            path = urlsplit(urljoin(address, form.get("action") or address)).path
            if path not in ("/end", "/task/cancel"):
                found.setdefault((path, *sorted(set(form.fields.keys()))), (address, form))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("kinds", [TYPED, HIDDEN], ids=["typed", "typed and hidden"])
def test_whatever_is_typed_into_any_field_comes_back_as_data(kinds: set[str | None], officer: Officer) -> None:
    tried, offered = set[str](), list(forms(officer).items())
    # Undoing comes last: there is something to undo then.
    for (path, *_), (address, form) in sorted(offered, key=lambda one: "undo" in one[1][0]):
        typed = {field.get("name") for field in form.inputs if field.get("type") in kinds} - {None, "token"}
        for hostile in HOSTILE if typed else ():
            values = {name: value for name, value in form.form_values() if value} | dict.fromkeys(typed, hostile)
            answer = sent(officer, path, form, values)
            assert_only_data(answer, f"{path} from {address}: {hostile[:40]!r}")
            tried.update(typed)
    assert {"reason", "others", "until", "to", "name", "deadline", "q"} <= tried
    for page, answer in crawled(officer, each=2):
        assert_only_data(answer, page)
    if kinds is TYPED:
        folder = next(iter(officer.desk.years.values()))
        with Workspace(folder).ledger() as ledger:
            assert any(EVIL in one.reason for one in ledger.decisions())


def sent(officer: Officer, path: str, form: lxml.html.FormElement, values: dict[str, str]) -> TestResponse:
    """Send a form and return the page that it leads to; a task has ended then."""
    if form.get("method") == "post":
        data = {**values, "token": tokens(officer, path)[0]}
        answer = officer.client.post(path, data=data, base_url=officer.origin)
    else:
        query = {name: value[:2000] for name, value in values.items()}
        answer = officer.client.get(path, query_string=query, base_url=officer.origin)
    task = officer.desk.tasks.last
    assert task is None or task.wait(60)
    while 300 <= answer.status_code < 400:
        assert urlsplit(answer.headers["Location"]).netloc in ("", f"127.0.0.1:{officer.desk.port}")
        answer = officer.client.get(answer.headers["Location"], base_url=officer.origin)
    return answer


def test_the_name_of_an_uploaded_file_is_data_whatever_its_bytes_are(officer: Officer) -> None:
    address = f"/year/{next(iter(officer.desk.years))}/receive/files"
    (token,) = tokens(officer, address)
    names = [
        "\ufffd.pdf".encode(),
        b"..\\..\\<b>\x1b[31m.pdf",
        "\u202efdp.exe.pdf".encode(),
        b"CON.pdf",
        b"%00.pdf",
    ]
    parts = [b'Content-Disposition: form-data; name="token"\r\n\r\n' + token.encode()]
    for name in names:
        head = b'Content-Disposition: form-data; name="files"; filename="' + name + b'"\r\n'
        parts.append(head + b"Content-Type: text/html\r\n\r\n%PDF-1.4 nothing " + name)
    body = b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + b"--x--\r\n"
    form = "multipart/form-data; boundary=x"
    answer = officer.client.post(address, data=body, content_type=form, base_url=officer.origin)
    assert answer.status_code == 302
    assert_only_data(officer.waited().answer, address)
    (upload,) = (next(iter(officer.desk.years.values())) / "回收").glob("页面收的 *")
    stored = [path.relative_to(upload).as_posix() for path in upload.rglob("*") if path.is_file()]
    assert len(stored) == len(names)
    for page in ("receive", "questions"):
        assert_only_data(officer.open(f"/year/{next(iter(officer.desk.years))}/{page}").answer, page)


@pytest.mark.parametrize(
    "wanted",
    [
        *("//evil.example", "http://evil.example/", "javascript:alert(1)", "/end", "/year/00000000/", "/year/{place}"),
        *(
            "/year/{place}.evil.example/",
            "/year/{place}/../../end",
            "/year/{place}//evil.example",
            "/year/{place}/\\evil",
        ),
        *("/year/{place}/\r\nSet-Cookie: a=b", "/year/{place}/\u202e", "/year/{place}/\x00"),
    ],
)
def test_a_page_to_go_back_to_is_one_of_the_same_year(wanted: str, officer: Officer) -> None:
    place = next(iter(officer.desk.years))
    wanted = wanted.format(place=place)
    officer.open(f"/year/{place}/do/extend?{urlencode({'unit': TOWNS[0].code, 'back': wanted})}")
    officer.press("延期", until=f"{TODAY:%Y-%m-%d}".replace("-01-", "-03-"), reason="停电")
    assert officer.address.partition("?")[0] == f"/year/{place}/"


@pytest.mark.slow
def test_a_number_in_an_address_that_no_page_offers_breaks_nothing(officer: Officer) -> None:
    place, asked = next(iter(officer.desk.years)), set[str]()
    numbered = {address for address, _ in crawled(officer, each=1) if urlsplit(address).query}
    for number in ("9" * 20, "9" * 5000, "-1", "²"):
        for path, query in {(urlsplit(address).path, urlsplit(address).query) for address in numbered}:
            asked |= {f"{path}?{urlencode({**dict(parse_qsl(query)), name: number})}" for name, _ in parse_qsl(query)}
        asked |= {f"/year/{place}/{page}={number}" for page in ("decisions?before", "units?page", "send/answers?page")}
        asked |= {f"/year/{place}/{page}/{number}" for page in ("receive/run", "unit", "file", "product", "do")}
    for address in sorted(asked):
        answer = officer.client.get(address, base_url=officer.origin)
        assert answer.status_code in {200, 302, 308, 404, 409}, f"{answer.status_code} {address[:200]}"
        answer.close()


@pytest.mark.parametrize("port", ["9" * 5000, "99999", "0", "-1", "²", "x"])
def test_a_port_that_is_none_is_said_and_nothing_is_made(port: str, officer: Officer) -> None:
    officer.open("/years")
    values = {"office": "某办公室", "year": str(TODAY.year - 1), "name": "新的", "address": "a@example.com"}
    officer.press("新建", **values, smtp_host="mail.example.com", smtp_port=port)
    if officer.desk.tasks.last is not None:
        officer.waited()
    assert officer.answer.status_code < 500
    assert "端口" in officer.text
    assert officer.page.xpath("string(//input[@name='office']/@value)") == "某办公室"
    assert not (officer.desk.home / "新的").exists()
