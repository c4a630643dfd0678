"""What Weft is installed from, and what its container may do: read off the files themselves."""

import re
import tomllib

import pytest

from tests.architecture.code import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock", "web/node.lock", "tests/bench/peers.lock")
REQUIRED = re.compile(r"^[a-z0-9][a-z0-9._-]*(?:\[[a-z0-9,_-]+\])?==\S+", re.MULTILINE)
INSTALLS = re.compile(r"pip[\"']? install[^\n]*|\$\(PIP\) install[^\n]*")
PLACES = (
    "Makefile",
    "Dockerfile",
    "tools/ensure-chromium",
    "tools/ensure-engines",
    "tools/ensure-pgbouncer",
    "tools/run-tests",
    "web/hatch_build.py",
)


def text(name: str) -> str:
    return (ROOT / name).read_text()


def services() -> dict[str, str]:
    """Each service of compose.yaml by its name, as it is written."""
    body = text("compose.yaml").split("\nservices:\n")[1].split("\nnetworks:\n")[0]
    return {one.partition(":")[0].strip(): one for one in re.split(r"\n(?=  [a-z]+:\n)", f"\n{body}") if one.strip()}


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_release_has_its_hashes_and_none_an_address(name):
    lock = text(name)
    releases = REQUIRED.split(lock)[1:]
    assert releases
    assert [one for one in releases if "--hash=sha256:" not in one] == []
    assert re.findall(r"https?://|--index-url|--extra-index-url|--find-links|--trusted-host|git\+", lock) == []


def test_what_npm_brings_is_locked_by_its_content_and_runs_nothing():
    for folder in ("web", "tests/engines/lighthouse"):
        lock = text(f"{folder}/package-lock.json")
        assert '"resolved"' not in lock
        assert '"hasInstallScript"' not in lock or folder != "web"
        assert lock.count('"integrity": "sha512-') >= lock.count('"node_modules/') > 0
        assert "ignore-scripts=true" in text(f"{folder}/.npmrc").splitlines()
        assert '"scripts"' not in text(f"{folder}/package.json")


def test_whatever_is_installed_is_installed_by_its_hash_and_built_by_nobody():
    """Weft's own folder is the one thing that is built, with the build tool that was locked."""
    lines = [line for place in PLACES if (ROOT / place).exists() for line in INSTALLS.findall(text(place))]
    by_lock = [line for line in lines if "-r " in line]
    assert len(by_lock) >= 3
    assert [line for line in by_lock if "--require-hashes" not in line or "--only-binary :all:" not in line] == []
    own = [line for line in lines if re.search(r" (-e )?\.(\s|$)", line)]
    assert [line for line in own if "--no-deps" not in line or "--no-build-isolation" not in line] == []
    left = [line for line in lines if line not in by_lock and line not in own]
    assert [line for line in left if not re.search(r"\b(uv|pip-audit)\b", line)] == []


def test_known_weaknesses_can_be_asked_for():
    assert re.search(r"^audit:.*\n(?:\t.*\n)*\t.*pip-audit --require-hashes .*-r requirements\.lock", text("Makefile"), re.MULTILINE)


def test_what_the_locks_hold_is_what_the_project_asks_for():
    project = tomllib.loads(text("pyproject.toml"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["build"]]
    names = {re.match(r"[A-Za-z0-9._-]+", one)[0].lower() for one in wanted}
    assert names <= {one.partition("==")[0].partition("[")[0] for one in REQUIRED.findall(text("requirements.lock"))}


def test_the_image_runs_as_nobody():
    lines = text("Dockerfile").splitlines()
    last = max(at for at, line in enumerate(lines) if line.startswith("FROM "))
    users = [line for line in lines[last:] if line.startswith("USER ")]
    assert users == ["USER 65534:65534"]
    assert lines.index(users[0]) < next(at for at, line in enumerate(lines) if line.startswith("ENTRYPOINT"))
    assert not [line for line in lines if re.match(r"(ADD|.*\bchmod [0-7]*[2367]7\b|.*--privileged|.*\bsudo\b|.*curl |.*wget )", line)]
    assert [line for line in lines if re.search(r"(PASSWORD|SECRET|TOKEN|KEY)=", line)] == []


def test_every_container_has_a_root_that_only_reads_and_no_power_that_it_does_not_need():
    whole = text("compose.yaml")
    hardened, weft = (part.partition("\n\n")[0] for part in (whole.split("x-hardened:")[1], whole.split("x-weft:")[1]))
    for line in ("read_only: true", "cap_drop: [ALL]", 'security_opt: ["no-new-privileges:true"]'):
        assert line in hardened
    assert "<<: *hardened" in weft
    assert 'user: "65534:65534"' in weft
    for name, service in services().items():
        assert re.search(r"<<: \*(hardened|weft)\b", service), name
        assert not re.search(r"read_only: false|privileged|network_mode|pid:|docker\.sock|cap_drop|security_opt", service), name
    assert {name for name, service in services().items() if "cap_add" in service} == {"caddy"}
    assert re.search(r"cap_add: \[NET_BIND_SERVICE\]", whole)


def test_only_the_proxy_is_reached_from_outside_and_the_database_from_nowhere_else():
    found = services()
    assert {name for name, service in found.items() if "ports:" in service} == {"caddy"}
    assert "networks: [back]" in found["postgres"]
    assert "internal: true" in text("compose.yaml").split("\nnetworks:\n")[1].split("\nvolumes:\n")[0]
    assert re.findall(r"(?i)password:\s*\S+", text("compose.yaml").replace("postgres_password", "")) == []


def test_nothing_that_is_secret_is_copied_into_the_image():
    """Everything is left out but what is named, and what is named holds nothing of an operator's."""
    first, *others = text(".dockerignore").splitlines()
    assert first == "*"
    wanted = {"!jobs", "!server", "!web", "!pyproject.toml", "!README.md", "!requirements.lock"}
    assert {one for one in others if one.startswith("!")} == wanted
    files = [one for folder in ("jobs", "server", "web") for one in (ROOT / folder).rglob("*")]
    assert [one for one in files if one.suffix in (".pem", ".key", ".sqlite3")] == []
