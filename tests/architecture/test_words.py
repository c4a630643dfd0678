"""No sentence of the app blames, ranks, presses or threatens anybody, and none raises an alarm (SAFETY.md 5 and 6)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPOKEN = ("server/routes", "server/push", "server/domain", "server/actions")
WORDS = {
    "blame": (
        *("fail(ed|ures?|ing)?", "fault", "blame", "shame", "guilty?", "lazy", "careless", r"disappoint\w*"),
        *("let (him|her|them) down", "you forgot", "broke your"),
    ),
    "ranking": (
        *(r"rank\w*", "leader ?board", "score[sd]?", "points?", "badges?", "troph(y|ies)", "beat(s|en)?", "winner", "loser"),
        *("better than", "worse than", "compared? (to|with)"),
    ),
    "threats": (
        *("lose your", "lost your", "will be lost", "about to (lose|break)", "don[’']t break", "streak is (over|broken)"),
        *("last chance", "before it[’']s too late"),
    ),
    "pressing": (
        *("hurry", "still waiting for you", "waiting for your answer", "are you sure you (don|won)", "forgive (him|her|them)"),
        "you (must|have to) (answer|forgive|share)",
    ),
    "alarm": ("warning", "alert", "danger", "overdue", "violation"),
    "lifetime misses": ("misses in all", "missed in all", "total misses", "times missed", "broken promises"),
}
FORBIDDEN = {kind: rf"\b({'|'.join(words)})\b" for kind, words in WORDS.items()} | {"shouting": "!!|⚠|🚨"}


def spoken() -> Iterator[tuple[str, str]]:
    """Every sentence or label that a person may read, with the place where it stands."""
    for path in sorted(ROOT.glob("web/templates/**/*.html")):
        source = re.sub(r"(?s){#.*?#}", "", path.read_text())
        for text in re.findall(r"""_\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")""", source):
            yield path.name, text[0] or text[1]
    for folder in SPOKEN:
        for path in sorted((ROOT / folder).glob("**/*.py")):
            yield from ((str(path.relative_to(ROOT)), text) for text in _sentences(ast.parse(path.read_text())))
    yield "manifest.json", (ROOT / "web/pwa/manifest.json").read_text()


def _sentences(tree: ast.Module) -> Iterator[str]:
    """The words of a module that are more than one, without what only its readers see."""
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes and " " in node.value:
            yield node.value


SENTENCES = sorted(set(spoken()))


def test_there_is_something_to_read():
    assert len(SENTENCES) > 400


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_no_sentence_has_it(kind):
    found = [(place, text) for place, text in SENTENCES if re.search(FORBIDDEN[kind], text, re.IGNORECASE)]
    assert found == []


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("blame", "You failed again."),
        ("ranking", "Sam is better than you this week."),
        ("threats", "You are about to lose your streak."),
        ("pressing", "Sam is still waiting for you."),
        ("alarm", "Overdue!"),
        ("lifetime misses", "12 misses in all"),
    ],
)
def test_such_a_sentence_would_be_found(kind, sentence):
    assert re.search(FORBIDDEN[kind], sentence, re.IGNORECASE)
