"""The key with which the forms of a collection were signed: whether it is still the one in the folder.

With another key no form can be verified, and each would look forged. That is one cause, so it is told once.
"""

from __future__ import annotations

import hashlib
import hmac

from gouji.collection.ledger.ledger import Ledger
from gouji.collection.workspace.folder import Workspace, now
from gouji.collection.workspace.names import ISSUED, KEY
from gouji.formats.workbook.identity import signature
from gouji.runtime.errors import GoujiError

_MARK, _CHANGED = "key", "key changed"


def require_the_key_of_the_round(workspace: Workspace, ledger: Ledger) -> None:
    """Raise GoujiError where the key is not the one with which the forms were signed."""
    if key_has_changed(workspace, ledger):
        raise GoujiError(
            f"本轮的签发密钥变了：下发的填报表是用原来的密钥签发的，用现在的“{KEY}”一份也核对不了，不是单位的表有问题。"
            f"请从备份里找出原来的“{KEY}”，放回工作文件夹，再运行一遍。"
            "找不回来的，运行 gouji issue，用现在的密钥重新生成填报表，发给各单位重新填。"
        )


def key_has_changed(workspace: Workspace, ledger: Ledger) -> bool:
    """Tell whether forms were signed with another key than the one in the folder, as far as that is known."""
    recorded = ledger.history.mark(_MARK)
    if recorded:
        return recorded != _digest(workspace.key)
    return _is_signed_with_another_key(workspace, ledger)


def _is_signed_with_another_key(workspace: Workspace, ledger: Ledger) -> bool:
    """Look at an issued form that is as we wrote it: older programs did not record the key."""
    from gouji.formats.workbook.reader import issued_identity

    for product in ledger.products(ISSUED).values():
        path = workspace.folder / product.path
        data = path.read_bytes() if product.code and path.is_file() else b""
        if hashlib.sha256(data).hexdigest() == product.sha256:
            identity = issued_identity(data, workspace.settings.forms)
            return not hmac.compare_digest(identity["signature"], signature(identity, workspace.key))
    return False


def record_key(workspace: Workspace, ledger: Ledger, *, changed: bool) -> None:
    """Record the key with which forms are signed from now on; ``changed`` says that others have another one."""
    with ledger.transaction():
        ledger.history.set_mark(_MARK, _digest(workspace.key))
        if changed:
            ledger.history.set_mark(_CHANGED, now())


def when_the_key_changed(ledger: Ledger) -> str:
    """Return when forms were last issued with another key than before; empty where that never happened."""
    return ledger.history.mark(_CHANGED)


def _digest(key: bytes) -> str:
    return hashlib.sha256(b"gouji key\n" + key).hexdigest()
