"""For what a question is asked: purpose and case, event or coded reason; read from a form, field by field."""

import re
from collections.abc import Mapping

import msgspec

from gateway.policy.grounds import REASONS
from gateway.search.question import Problem, unreadable


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """For what: purpose, and a case, an event or a coded reason; and for whom, where it is for somebody else."""

    purpose: str
    case_number: str | None = None
    event_number: str | None = None
    reason_code: str | None = None
    reason: str | None = None
    attention: str | None = None
    on_behalf_of: str | None = None


def read_envelope(form: Mapping[str, str]) -> Envelope | list[Problem]:
    """For what the question is asked, or every problem with it. Which purpose is allowed is policy's to say."""
    clean = {name: " ".join(form.get(name, "").split()) for name in _ENVELOPE}
    problems = [problem for name, value in clean.items() if (problem := unreadable(name, form.get(name, "")))]
    if not clean["purpose"]:
        problems.append(Problem("purpose", "Choose a purpose."))
    if not (clean["case_number"] or clean["event_number"] or clean["reason_code"]):
        problems.append(Problem("case_number", "Give a case, event or reason."))
    problems += [
        Problem(name, "Use letters, digits, hyphens, dots: 3 to 40 of them, like 26-04417.")
        for name in ("case_number", "event_number")
        if clean[name] and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ./-]{2,39}", clean[name])
    ]
    reason = REASONS.get(clean["reason_code"])
    if clean["reason_code"] and reason is None:
        problems.append(Problem("reason_code", "Choose a reason from the list."))
    if reason and reason.needs_words and not clean["reason"]:
        problems.append(Problem("reason", "Say what for, in a few words."))
    problems += [
        Problem(name, f"Use at most {most} characters.") for name, most in _LONGEST.items() if len(clean[name]) > most
    ]
    return problems or Envelope(
        **{name: value or None for name, value in clean.items() if name != "purpose"}, purpose=clean["purpose"]
    )


_ENVELOPE = ("purpose", "case_number", "event_number", "reason_code", "reason", "attention", "on_behalf_of")
_LONGEST = {"attention": 30, "on_behalf_of": 60, "reason": 200}  # characters; attention is NIEM's own limit
