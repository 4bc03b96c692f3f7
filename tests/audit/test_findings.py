"""A finding is a sentence a chief can read, and neighbours share one."""

import pytest

from audit.findings import Finding, Findings, Wrong

AT = "2026-03-02T08:00:00.123456Z"


@pytest.mark.parametrize(
    ("finding", "sentence"),
    [
        (
            Finding(Wrong.CHANGED, 4211, 4211, AT),
            "Entry 4,211 of 2026-03-02 08:00:00 UTC was changed after it was sealed.",
        ),
        (Finding(Wrong.CHANGED, 1, 4211), "Entries 1 to 4,211 were changed after they were sealed."),
        (Finding(Wrong.MISSING, 7, 7, AT), "Entry 7 before 2026-03-02 08:00:00 UTC is missing."),
        (Finding(Wrong.MISSING, 7, 9), "Entries 7 to 9 are missing."),
        (Finding(Wrong.INDEX_EXTRA, 7, 7), "Entry 7 is in the index and not in the journal."),
    ],
)
def test_a_finding_is_a_sentence(finding, sentence):
    assert str(finding) == sentence


@pytest.mark.parametrize("what", list(Wrong))
def test_everything_that_can_be_wrong_has_its_sentence(what):
    assert str(Finding(what, 1, 1)).startswith("Entry 1 ")
    assert str(Finding(what, 1, 2)).startswith("Entries 1 to 2 ")


def made(*several):
    findings = Findings()
    for finding in several:
        findings.add(*finding)
    return findings


@pytest.mark.parametrize(
    ("several", "told"),
    [
        ([(Wrong.CHANGED, 1), (Wrong.CHANGED, 2), (Wrong.CHANGED, 3)], [(Wrong.CHANGED, 1, 3)]),
        ([(Wrong.CHANGED, 1), (Wrong.CHANGED, 1)], [(Wrong.CHANGED, 1, 1)]),
        ([(Wrong.CHANGED, 1), (Wrong.CHANGED, 3)], [(Wrong.CHANGED, 1, 1), (Wrong.CHANGED, 3, 3)]),
        ([(Wrong.CHANGED, 1), (Wrong.MISSING, 2)], [(Wrong.CHANGED, 1, 1), (Wrong.MISSING, 2, 2)]),
        ([(Wrong.MISSING, 1, 4), (Wrong.MISSING, 5, 6)], [(Wrong.MISSING, 1, 6)]),
    ],
)
def test_the_same_of_neighbours_is_said_once(several, told):
    assert [finding[:3] for finding in made(*several)] == told


@pytest.mark.parametrize(
    ("entry", "left"),
    [
        (4, [(5, 9)]),
        (6, [(4, 5), (7, 9)]),
        (9, [(4, 8)]),
        (10, [(4, 9)]),
    ],
)
def test_what_turns_out_otherwise_is_taken_back_of_one_entry_alone(entry, left):
    findings = made((Wrong.MISSING, 4, 9))

    findings.take_back(Wrong.MISSING, entry)

    assert [(finding.first, finding.last) for finding in findings] == left
