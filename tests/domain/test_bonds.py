import pytest

from server.domain import bonds
from server.domain.bonds import Kind
from server.domain.errors import InvalidError


@pytest.mark.parametrize(
    ("name", "grows"), [("partners", False), ("parent_child", False), ("family", True), ("friends", True), ("team", True)]
)
def test_some_bonds_are_for_two_and_some_may_grow(name, grows):
    assert bonds.may_grow(bonds.kind_of(name)) is grows


def test_there_are_five_kinds_and_no_other():
    assert len(Kind) == 5
    for text in ("", "enemies", "Partners"):
        with pytest.raises(InvalidError):
            bonds.kind_of(text)
