"""Everything that a running Weft is made of may be used and passed on by whoever runs it."""

from tests.architecture.code import ROOT
from tools import licences

FREE = ("MIT", "BSD", "Apache", "ISC", "MPL", "LGPL", "OFL", "PSF", "Python Software Foundation", "Mozilla", "Unlicense")


def test_every_package_has_a_licence_that_lets_weft_be_passed_on():
    assert [(name, licence) for name, licence in licences.packages() if not any(one in licence for one in FREE)] == []


def test_the_page_of_licences_is_the_one_that_the_tool_writes():
    assert (ROOT / "docs" / "licences.md").read_text() == licences.page()
