"""Functions that fit a screen, files that fit a sitting."""

from statistics import median

from tests.architecture import code

LONGEST_FUNCTION = 40
LONGEST_FILE = 300
USUAL_FUNCTION = 8
FOLDERS = (*code.OURS, "tests", "tools", "deploy")


def test_functions_have_forty_lines_at_most() -> None:
    long = [
        f"{path}:{node.lineno} {node.name}"
        for path in code.paths(*FOLDERS)
        for node in code.functions(path)
        if (node.end_lineno or node.lineno) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_files_have_three_hundred_lines_at_most() -> None:
    suffixes = (".py", ".html", ".css", ".js")
    assert [path for path in code.paths(*FOLDERS, suffixes=suffixes) if len(code.text(path).splitlines()) > LONGEST_FILE] == []


def test_the_usual_function_has_eight_lines_at_most() -> None:
    bodies = [node for path in code.paths(*code.OURS) for node in code.functions(path)]
    assert median((node.end_lineno or node.lineno) - node.body[0].lineno + 1 for node in bodies) <= USUAL_FUNCTION
