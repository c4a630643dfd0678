"""What every table stands on."""

from sqlalchemy import BigInteger, ForeignKeyConstraint, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)
Serial = BigInteger().with_variant(Integer, "sqlite")


def of_bond(column: str, to: str, ondelete: str | None = None) -> ForeignKeyConstraint:
    """A reference to another row of the same bond: no row can refer into somebody else's."""
    return ForeignKeyConstraint(["bond_id", column], [f"{to}.bond_id", f"{to}.id"], ondelete=ondelete)
