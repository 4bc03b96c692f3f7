"""The directory's tables. A member is keyed by issuer and subject, never by e-mail (CJIS IA-4)."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, MetaData, String, Table, UniqueConstraint

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)

AGENCIES = Table(
    "agencies",
    METADATA,
    Column("ori", String(9), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("zone", String(40), nullable=False),
    Column("agreement_until", Date),  # none signed: no agreement
    Column("source", String(40)),  # the source it owns, if it is a source agency
)

MEMBERS = Table(
    "members",
    METADATA,
    Column("id", String(32), primary_key=True),  # opaque; the name an event knows this person by
    Column("issuer", String(200), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("ori", String(9), ForeignKey("agencies.ori"), nullable=False),
    Column("name", String(120), nullable=False),  # as on a report: Dep. R. Ashgrove
    Column("badge", String(40)),
    Column("roles", String(200), nullable=False),  # words separated by spaces
    Column("sworn", Boolean, nullable=False),
    Column("chri_until", Date),  # certified for criminal-history information until
    Column("training_until", Date),  # never trained: no date
    Column("terminated_on", Date),
    Column("last_used_on", Date, nullable=False),
    UniqueConstraint("issuer", "subject", "ori"),
)

CONTACTS = Table(
    "contacts",
    METADATA,
    Column("ori", String(9), ForeignKey("agencies.ori"), primary_key=True),
    Column("office", String(40), primary_key=True),  # head, site_administrator, training_coordinator
    Column("name", String(120), nullable=False),
    Column("phone", String(40), nullable=False),
)
