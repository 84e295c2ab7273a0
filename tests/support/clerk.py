"""Type into a workbook that is open in LibreOffice, like a clerk. Run it with a Python that has ``uno``.

Setting a cell's value through UNO ignores the lock; only the keyboard's own command respects it.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import DisposedException

SECONDS_TO_START = 60


def main() -> None:
    """Do the job from stdin, and print what each cell held before and after."""
    job = json.load(sys.stdin)
    accept = f"--accept=pipe,name={job['pipe']};urp;"
    with subprocess.Popen([*job["office"], accept], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        context = connected(f"uno:pipe,name={job['pipe']};urp;StarOffice.ComponentContext", process)
        desktop = made("com.sun.star.frame.Desktop", context)
        try:
            document = desktop.loadComponentFromURL(job["open"], "_blank", 0, ())
            typed = [typed_into(document, context, *cell) for cell in job["cells"]]
            document.storeToURL(job["save"], properties(FilterName="Calc MS Excel 2007 XML"))
            document.close(True)
        finally:
            with contextlib.suppress(DisposedException):  # it may be gone before it answers
                desktop.terminate()
        process.wait(SECONDS_TO_START)
    json.dump(typed, sys.stdout)


def connected(address: str, process: subprocess.Popen[bytes]) -> Any:
    """Return the context of a LibreOffice that is starting."""
    resolver = made("com.sun.star.bridge.UnoUrlResolver", uno.getComponentContext())
    end = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            return resolver.resolve(address)
        except NoConnectException:
            if time.monotonic() > end or process.poll() is not None:
                process.kill()
                raise
            time.sleep(0.1)


def made(service: str, context: Any) -> Any:
    """Return an object of a UNO service."""
    return context.ServiceManager.createInstanceWithContext(service, context)


def properties(**values: object) -> tuple[Any, ...]:
    """Return arguments as UNO expects them."""
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())


def typed_into(document: Any, context: Any, sheet: str, address: str, text: str) -> dict[str, str]:
    """Put the cursor into a cell, type a text, press Enter."""
    controller = document.getCurrentController()
    controller.setActiveSheet(document.getSheets().getByName(sheet))
    cell = controller.getActiveSheet().getCellRangeByName(address)
    before = cell.getFormula()
    dispatcher = made("com.sun.star.frame.DispatchHelper", context)
    frame = controller.getFrame()
    dispatcher.executeDispatch(frame, ".uno:GoToCell", "", 0, properties(ToPoint=address))
    dispatcher.executeDispatch(frame, ".uno:EnterString", "", 0, properties(StringName=text))
    return {"before": before, "after": cell.getFormula()}


if __name__ == "__main__":
    main()
