"""Templates hold to the content security policy: nothing inline, nothing evaluated."""

import re

import pytest

from tests.architecture import code

INLINE = {
    "an inline handler": r"\son[a-z]+\s*=",
    "an htmx handler": r"\shx-on\b",
    "a style attribute": r"\sstyle\s*=",
    "a style element": r"<style\b",
    "a script without src": r"<script\b(?![^>]*\bsrc=)",
    "a javascript address": r"javascript:",
    "an evaluated value": r"""\shx-[a-z:-]+\s*=\s*["']\s*js:""",
    "a trigger filter": r"""\shx-trigger\s*=\s*["'][^"']*\[""",
}


@pytest.mark.parametrize("what", INLINE)
def test_no_template_has(what: str) -> None:
    found = re.compile(INLINE[what], re.IGNORECASE)
    assert [path for path in code.paths("web/templates", suffixes=(".html",)) if found.search(code.text(path))] == []


@pytest.mark.parametrize(
    ("what", "html"),
    [
        ("an inline handler", '<b onclick="x()">'),
        ("an htmx handler", '<b hx-on:click="x()">'),
        ("a style attribute", '<b style="color: red">'),
        ("a style element", "<style>"),
        ("a script without src", "<script defer>"),
        ("a javascript address", '<a href="javascript:x()">'),
        ("an evaluated value", """<b hx-vals='js:{a: 1}'>"""),
        ("a trigger filter", """<b hx-trigger="click[ctrlKey]">"""),
    ],
)
def test_it_would_be_found(what: str, html: str) -> None:
    assert re.search(INLINE[what], html, re.IGNORECASE)
