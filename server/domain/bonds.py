"""Kinds of bond, and how many may be in one (RULES.md 1)."""

from enum import StrEnum

from server.domain.errors import InvalidError


class Kind(StrEnum):
    """What a bond is between."""

    PARTNERS = "partners"
    PARENT_CHILD = "parent_child"
    FAMILY = "family"
    FRIENDS = "friends"
    TEAM = "team"


GROWING = frozenset({Kind.FAMILY, Kind.FRIENDS, Kind.TEAM})


def kind_of(text: str) -> Kind:
    """The kind of this name; InvalidError where there is none."""
    try:
        return Kind(text)
    except ValueError:
        raise InvalidError("A bond is of partners, of parent and child, a family, friends or a team.", "kind") from None


def may_grow(kind: Kind) -> bool:
    """Whether more than two may be in a bond of this kind."""
    return kind in GROWING
