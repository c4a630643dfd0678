"""The wheel holds everything that a running Weft reads."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from tests.architecture import code

READ_AT_RUN_TIME = ("web/templates", "web/static", "web/pwa", "server/db/migrations")
NOT_FOR_RUNNING = {"web/hatch_build.py", "web/package.json", "web/package-lock.json", "web/node.lock", "web/.npmrc"}


def test_the_wheel_holds_pages_styles_migrations_and_htmx(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)], cwd=code.ROOT, check=True, capture_output=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    held = set(ZipFile(wheel).namelist())
    files = {
        path.relative_to(code.ROOT).as_posix() for folder in READ_AT_RUN_TIME for path in (code.ROOT / folder).rglob("*") if path.is_file()
    }
    assert {path for path in files if "__pycache__" not in path} <= held
    assert "web/static/vendor/htmx.min.js" in held
    assert held & NOT_FOR_RUNNING == set()
