"""Each role's home and menu. An entry is here once its page is."""

from collections.abc import Mapping

from gateway.directory.people import Role

_SEARCH = (("Search", "/search"), ("Verify a copy", "/verify"))
_AUDIT = (("Activity", "/activity"), ("Who looked?", "/activity/subject"))

MENUS: Mapping[Role, tuple[tuple[str, str], ...]] = {
    Role.OFFICER: _SEARCH,
    Role.DISPATCHER: _SEARCH,
    Role.PROBATION: _SEARCH,
    Role.AUDITOR: _AUDIT,
    Role.STATEWIDE_AUDITOR: _AUDIT,
    Role.SITE_ADMINISTRATOR: (),
    Role.TRAINING_COORDINATOR: (),
    Role.OPERATIONS: (),
}


def menu(roles: frozenset[Role]) -> list[tuple[str, str]]:
    """The entries of all of someone's roles, each once."""
    return list(dict.fromkeys(entry for role in Role if role in roles for entry in MENUS[role]))


def home(roles: frozenset[Role]) -> str:
    """Where someone starts: their first page, or the one that says what their role may do."""
    entries = menu(roles)
    return entries[0][1] if entries else "/role"
