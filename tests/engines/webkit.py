"""WebKit as GTK's MiniBrowser: the engine of an iPhone's family, without Background Sync, driven over WebDriver on a display of its own."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from tests.engines.patience import until
from tests.served import free_port

PATIENCE = 60
STARTS = 3
BROWSER = next(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"), None)
DRIVER, DISPLAY = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
SAYS = "const say = arguments[0]; Promise.resolve(%s).then((value) => say([value ?? null]), (error) => say(String(error)))"
SIZE = {"width": 390, "height": 844}
FOUND = "element-6066-11e4-a52e-4f735466cecf"


class WebKitError(Exception):
    """What WebKit refused, in its own words."""


class WebKit:
    """One window; it forgets everything when it closes."""

    def __init__(self, port: int) -> None:
        self._port = port
        until(self._listens)
        options = {"binary": str(BROWSER), "args": ["--automation"]}
        asked = {"capabilities": {"alwaysMatch": {"browserName": "MiniBrowser", "webkitgtk:browserOptions": options}}}
        self._session = ""
        self._session = f"/session/{self.ask('POST', '/session', asked)['sessionId']}"
        self.ask("POST", "/timeouts", {"script": PATIENCE * 1000})
        self.ask("POST", "/window/rect", SIZE)

    def end(self) -> None:
        self.ask("DELETE", "")

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send a command and return its answer."""
        line = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            line.request(method, self._session + path, json.dumps(body or {}) if method == "POST" else None)
            answer = line.getresponse()
            said = json.loads(answer.read())["value"]
        finally:
            line.close()
        if answer.status != 200:
            raise WebKitError(f"{path}: {said['error']}: {said['message']}")
        return said

    def open(self, url: str) -> None:
        self.ask("POST", "/url", {"url": url})

    def run(self, expression: str) -> Any:
        """The value of an expression in the page; what it promises is waited for."""
        said = self.ask("POST", "/execute/async", {"script": SAYS % expression, "args": []})
        if isinstance(said, str):
            raise WebKitError(said)
        return said[0]

    def look(self, expression: str) -> Any:
        """The same; None while there is no page that could say it."""
        with suppress(WebKitError):
            return self.run(expression)
        return None

    def tap(self, selector: str) -> None:
        """Press what the selector finds."""
        found = self.ask("POST", "/element", {"using": "css selector", "value": selector})[FOUND]
        self.ask("POST", f"/element/{found}/click")

    def look_elsewhere(self) -> None:
        """Put the window away, and take it up again."""
        self.ask("POST", "/window/minimize")
        until(lambda: self.run("document.visibilityState") == "hidden")
        self.ask("POST", "/window/rect", SIZE)

    def keep_cookie(self, name: str, value: str) -> None:
        """Keep a cookie of the site that is open."""
        self.ask("POST", "/cookie", {"cookie": {"name": name, "value": value, "path": "/", "httpOnly": True, "sameSite": "Lax"}})

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), PATIENCE):
            return True
        return False


@contextmanager
def webkit(folder: Path) -> Iterator[WebKit]:
    """A WebKit that is gone, with its display, when the block ends."""
    with ExitStack() as running:
        browser = _started(running, folder)
        yield browser
        # Whatever it says to that, its driver ends with the block.
        with suppress(OSError, HTTPException, WebKitError):
            browser.end()


def _started(running: ExitStack, folder: Path, starts: int = STARTS) -> WebKit:
    """On a busy machine its first window may never come up: then it is started anew, display and all."""
    try:
        return _start(running, folder)
    except (OSError, HTTPException, WebKitError):
        running.close()
        if starts == 1:
            raise
        return _started(running, folder, starts - 1)


def _start(running: ExitStack, folder: Path) -> WebKit:
    folder.mkdir(exist_ok=True)
    display = running.enter_context(_display())
    env = {**os.environ, "DISPLAY": display, "HOME": str(folder), "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
    port = free_port()
    running.enter_context(_gone_at_the_end(subprocess.Popen([str(DRIVER), f"--port={port}"], env=env, stderr=subprocess.DEVNULL)))
    return WebKit(port)


@contextmanager
def _display() -> Iterator[str]:
    """A display that nobody sees, with the first number that is free."""
    reads, writes = os.pipe()
    command = [str(DISPLAY), "-displayfd", str(writes), "-screen", "0", "800x1000x24", "-nolisten", "tcp"]
    with _gone_at_the_end(subprocess.Popen(command, pass_fds=[writes], stderr=subprocess.DEVNULL)), os.fdopen(reads) as said:
        os.close(writes)
        yield f":{int(said.readline())}"


@contextmanager
def _gone_at_the_end(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(PATIENCE)
