"""Why a record, its photograph or its copy is not there, as a problem: 403, 404, 410, or the source's silence."""

from gateway.boundary.html import Problem
from gateway.policy.decide import RULES
from gateway.release.door import Denied
from gateway.release.opened import Nothing
from gateway.search import sentences
from gateway.search.outcomes import Unavailable


def problem(found: Denied | Unavailable | Nothing) -> Problem:
    """Why a record is not shown, as a problem."""
    match found:
        case Denied(rule=rule, entry=entry):
            return Problem(403, "You may not see this", RULES[rule], rule=rule, entry=entry)
        case Unavailable(source=source, fault=fault):
            return Problem(
                504 if fault == "timeout" else 502, f"{source.title}: no answer", sentences.fault(source, fault)
            )
        case Nothing.EXPIRED:
            return Problem(
                410, "This answer is closed", "It was not used for 30 minutes. Ask again.", template="expired.html"
            )
        case Nothing.UNKNOWN:
            return Problem(404, "There is no such record", "The link is not of this session, or its source dropped it.")
