"""What the tables share: one MetaData, names of constraints, and types of columns.

Digests, ids and hashes are 32 raw bytes; times are seconds since 1970 UTC.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, LargeBinary, MetaData, String

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)

Hash = LargeBinary(32)
Number = BigInteger()
Cid = String(73)  # in base16
Cursor = String(40)  # of a list whose keys are numbers
RowId = BigInteger().with_variant(Integer(), "sqlite")
