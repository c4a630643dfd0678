"""Other projects that Weft is measured against: in an environment of their own, made when somebody measures, by the hashes of a lock."""

import json
import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import Any

LOCK = Path(__file__).with_name("peers.lock")
HOME = Path(__file__).parents[2] / ".venv-peers"
BUILT = "http-ece"
"""Comes without a wheel: its source is checked by its hash and built by what the lock holds, away from Weft's own environment."""


def ask(peer: str, asked: dict[str, Any], **settings: str) -> dict[str, Any]:
    """Run the script `peer_….py` of a project with what it is asked, and return what it says."""
    command = [_python(), str(Path(__file__).with_name(f"peer_{peer}.py"))]
    ran = subprocess.run(command, input=json.dumps(asked), env=os.environ | settings, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def _python() -> str:
    """The Python that has them; it is made anew where the lock has changed."""
    stamp, wanted = HOME / "stamp", sha256(LOCK.read_bytes()).hexdigest()
    found = HOME / "bin" / "python"
    if not stamp.is_file() or stamp.read_text() != wanted:
        rmtree(HOME, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(HOME)], check=True)
        releases = re.split(r"\n(?=[a-z])", LOCK.read_text())
        _install(found, [one for one in releases if not one.startswith(f"{BUILT}==")], "--only-binary", ":all:")
        _install(found, [one for one in releases if one.startswith(f"{BUILT}==")], "--no-build-isolation")
        stamp.write_text(wanted)
    return str(found)


def _install(python: Path, releases: list[str], *how: str) -> None:
    wanted = HOME / "wanted.txt"
    wanted.write_text("\n".join(releases))
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps", "--require-hashes"]
    subprocess.run([*pip, *how, "-r", str(wanted)], check=True)
