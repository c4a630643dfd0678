"""The bench itself runs; how fast Weft is, a shared machine does not say."""

import re

import pytest

from tests.bench.__main__ import main

pytestmark = pytest.mark.slow


def test_every_check_in_of_a_small_bench_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check-ins"], small=True)
    told = capsys.readouterr().out
    assert told.count("### ") == 2
    assert re.findall(r"share of errors \| (\S+) ", told) == ["0", "0"]
