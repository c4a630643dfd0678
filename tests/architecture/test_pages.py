"""What is written down elsewhere agrees with the code: settings, commands, locks, and what happens by itself."""

import ast
import re
import tomllib

import pytest

from tests.architecture import code

SETTING = re.compile(r"\bWEFT_[A-Z_]+\b")


def test_every_setting_is_documented_and_no_other() -> None:
    documented = set(re.findall(r"^\| `(WEFT_[A-Z_]+)`", code.text("docs/self-hosting.md"), re.MULTILINE))
    assert documented == set(SETTING.findall(code.text("server/config.py"))) - {"WEFT_"}


def test_every_command_is_documented_and_no_other() -> None:
    documented = set(re.findall(r"^\| `([a-z]+)[ `]", code.text("docs/self-hosting.md"), re.MULTILINE))
    calls = [
        node for node in ast.walk(code.tree("server/cli/__init__.py")) if isinstance(node, ast.Call) and ast.unparse(node.func) == "_add"
    ]
    assert documented == {ast.literal_eval(call.args[1]) for call in calls}


@pytest.mark.parametrize(
    ("lock", "groups"),
    [
        ("requirements.lock", ["weft", "build"]),
        ("requirements-dev.lock", ["weft", "build", "dev"]),
        ("web/node.lock", ["node"]),
        ("tests/bench/peers.lock", ["peers"]),
    ],
)
def test_a_lock_holds_what_is_asked_for(lock: str, groups: list[str]) -> None:
    project = tomllib.loads(code.text("pyproject.toml"))
    asked = {"weft": project["project"]["dependencies"], **project["dependency-groups"]}
    names = {re.split(r"[^A-Za-z0-9-]", one)[0] for group in groups for one in asked[group]}
    assert names <= set(re.findall(r"^([a-z0-9-]+)==", code.text(lock), re.MULTILINE))


def test_no_lock_names_an_address() -> None:
    locks = (
        "requirements.lock",
        "requirements-dev.lock",
        "web/node.lock",
        "tests/bench/peers.lock",
        "web/package-lock.json",
        "tests/engines/lighthouse/package-lock.json",
    )
    assert [path for path in locks if "://" in code.text(path) or "--index-url" in code.text(path)] == []


def test_compose_and_the_image_set_only_settings_that_exist() -> None:
    known = set(SETTING.findall(code.text("server/config.py"))) | {"WEFT_NAME"}
    assert set(SETTING.findall(code.text("compose.yaml") + code.text("Dockerfile"))) <= known


def test_every_job_stands_on_the_schedule_page_or_behind_a_command() -> None:
    jobs = {code.full_name(path, function) for path in code.paths("jobs") for function in code.functions(path) if is_job(function)}
    asked_for = {name for path in ("jobs/schedule.py", *code.paths("server/cli")) for name in code.names_used(path)}
    assert jobs - asked_for == set()
    assert jobs


def is_job(function: code.Function) -> bool:
    """Whether it works on the database at some time and returns a count (rule 7)."""
    given = code.parameters(function)
    returns_a_count = function.returns is not None and ast.unparse(function.returns) == "int"
    return "database" in given and bool({"now", "clock"} & given) and returns_a_count and not function.name.startswith("_")
