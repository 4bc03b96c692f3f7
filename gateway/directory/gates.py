"""Who is stopped at which gate, and whom they may ask. Pure: facts in, at most one gate out."""

from datetime import date, timedelta
from enum import StrEnum

import msgspec

from gateway.directory.people import Member, Office


class Gate(StrEnum):
    """What can stop someone who has proved who they are, in the order they are looked at."""

    UNKNOWN = "unknown"
    AGREEMENT = "agreement"
    TERMINATED = "terminated"
    TRAINING = "training"
    DORMANT = "dormant"
    NO_MFA = "no-mfa"


class Stopped(msgspec.Struct, frozen=True):
    """The gate, the day it closed (where there is one), and the office that can open it."""

    gate: Gate
    since: date | None
    ask: Office


def first_closed(member: Member | None, *, multi_factor: bool, today: date, dormant_days: int) -> Stopped | None:
    """The first gate that is closed for `member`, or None when all are open.

    Policy I.1 and I.3 (agreement), II.2.e (termination), I.12 and CJIS AT-3 (training), AC-2(3) (dormant),
    IA-2 (multi-factor). What is absent counts as no.
    """
    if member is None:
        return Stopped(Gate.UNKNOWN, None, Office.SITE_ADMINISTRATOR)
    agreement, trained = member.agency.agreement_until, member.training_until
    if agreement is None or agreement < today:
        return Stopped(Gate.AGREEMENT, agreement, Office.HEAD)
    if member.terminated_on is not None and member.terminated_on <= today:
        return Stopped(Gate.TERMINATED, member.terminated_on, Office.SITE_ADMINISTRATOR)
    if trained is None or trained < today:
        return Stopped(Gate.TRAINING, trained, Office.TRAINING_COORDINATOR)
    if member.last_used_on < today - timedelta(days=dormant_days):
        return Stopped(Gate.DORMANT, member.last_used_on, Office.SITE_ADMINISTRATOR)
    if not multi_factor:
        return Stopped(Gate.NO_MFA, None, Office.SITE_ADMINISTRATOR)
    return None


def open_until(member: Member) -> date:
    """The last day on which the gates that close by date are all open; for someone they are open for today."""
    ends = [member.agency.agreement_until, member.training_until]
    if member.terminated_on is not None:
        ends.append(member.terminated_on - timedelta(days=1))
    return min(day for day in ends if day is not None)
