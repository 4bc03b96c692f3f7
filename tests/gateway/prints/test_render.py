"""A print says on every page whose it is, what for and what it lacks; what a source wrote is shown, never obeyed."""

import hashlib
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.prints.document import Group, SourceAsked
from gateway.prints.printable import printable
from gateway.prints.render import PrintFailed, Rendered, render
from tests.gateway.prints.documents import (
    CAVEAT,
    charges,
    document,
    line,
    picture,
    reader,
    record,
    spoken,
    squeezed,
    texts,
    with_value,
)

ON_EVERY_PAGE = {
    "the officer": "Dep. R. Ashgrove",
    "the agency": "Pinelake County Sheriff",
    "its ORI": "ORI NC9010000",
    "local time": "Nov 22, 2026, 01:14:09 EST",
    "UTC": "Nov 22, 2026, 06:14:09 UTC",
    "the purpose's code and words": "C Criminal justice",
    "the case": "26-04417",
    "the recipient": "J. Marsh, Assistant Clerk",
    "the recipient's agency": "Pinelake County Courthouse",
    "the copy's number": "TJPM-5D9B-TJPW",
    "the source's caveat, whole": CAVEAT,
    "how many sources answered": "1 of 2 answered. Registry did not.",
    "what a source answered and how old that is": "Courts 3 records. Current to Nov 22, 2026, 00:55 EST.",
    "that a source did not answer": 'Registry No answer in 2.0 s. This is not "none".',
    "when to review it for destruction": "Review for destruction on Nov 22, 2027",
    "where to ask whether it is genuine": "https://sightline.example/verify/TJPM5D9BTJPW",
}


@pytest.fixture(scope="module")
def long_case() -> Rendered:
    return render(document(record=record(groups=charges(60))))


def test_a_long_case_has_several_pages(long_case):
    assert long_case.pages == len(reader(long_case).pages) == 3


@pytest.mark.parametrize("what", ON_EVERY_PAGE)
def test_every_page_says(long_case, what):
    for page in texts(long_case):
        assert squeezed(ON_EVERY_PAGE[what]) in squeezed(page)


def test_every_page_says_which_of_how_many_it_is(long_case):
    for number, page in enumerate(texts(long_case), 1):
        assert f"Page {number} of 3" in page


def test_every_page_carries_the_code_that_leads_to_the_verify_page(long_case):
    wanted = {
        (x, y)
        for y, row in enumerate(segno.make("https://sightline.example/verify/TJPM5D9BTJPW", error="m").matrix)
        for x, dark in enumerate(row)
        if dark
    }
    for page in reader(long_case).pages:
        strokes = re.findall(rb"\b(\d+) (\d+)\.5 m (\d+) \2\.5 l\b", page.get_contents().get_data())
        drawn = {(x - 4, int(y) - 4) for start, y, end in strokes for x in range(int(start), int(end))}
        assert drawn == wanted


def test_what_is_decoration_on_each_page_is_said_once_to_those_who_listen(long_case):
    heard = spoken(long_case)
    for said in ("Dep. R. Ashgrove", "NC9010000", "01:14:09 EST", "06:14:09 UTC", "Criminal justice", "26-04417"):
        assert squeezed(said) in heard
    for said in ("J. Marsh, Assistant Clerk", "TJPM-5D9B-TJPW", CAVEAT, "Registry did not.", "Nov 22, 2027"):
        assert squeezed(said) in heard


def test_each_page_that_a_series_goes_on_to_repeats_its_title_and_columns(long_case):
    with_charges = [page for page in texts(long_case) if "geese" in page]
    assert len(with_charges) == 2
    assert all("Charge\nNo. Offense Statute Plea" in page for page in with_charges)


def test_no_charge_is_lost_between_pages(long_case):
    printed = "".join(map(squeezed, texts(long_case)))
    assert all(f"{number}Larcenyof{number}geese14-72Notguilty" in printed for number in range(1, 61))


def test_the_search_it_comes_from_and_what_its_reader_never_sees_are_said():
    printed = squeezed(texts(render(document()))[-1])
    assert squeezed("Entry 48,213 of the activity record pinelake-1") in printed
    assert squeezed("witnesses, juvenile cases") in printed


def test_the_record_says_what_it_is_whose_and_how_old():
    page = texts(render(document()))[0]
    for said in ("Court case", "Case 25CR 000712, State v. HOLLIS", "Administrative Office of the Courts"):
        assert said in page
    assert "as of Oct 3, 2026, 11:05 EDT" in page


def test_a_value_from_elsewhere_says_so_beside_itself():
    moved = line(
        "Status", "Suspended", source_text="Marlow court", as_of=datetime(2026, 1, 2, 3, 4, tzinfo=UTC), caveat="Ask."
    )
    printed = texts(render(document(record=record(groups=(Group(lines=(moved,)),)))))[0]
    assert "Suspended\nFrom Marlow court. As of Jan 1, 2026, 22:04 EST. Ask." in printed


@pytest.mark.parametrize("grounds", ["case_number", "event_number", "reason"])
def test_each_ground_stands_under_its_own_name(grounds):
    printed = texts(render(document(**{"case_number": None, grounds: "Welfare check 7"})))[0]
    name = {"case_number": "CASE", "event_number": "EVENT", "reason": "REASON"}[grounds]
    assert f"{name}\nWelfare check 7" in printed
    assert len(re.findall(r"^(CASE|EVENT|REASON)$", printed, re.MULTILINE)) == 1


def test_a_recipient_of_no_listed_agency_comes_with_the_reason():
    printed = squeezed(texts(render(document(recipient_agency=None, unlisted_reason="Out-of-state court")))[0])
    assert squeezed("Agency not listed: Out-of-state court") in printed


def test_two_hundred_characters_of_recipient_stand_whole_on_every_page():
    recipient = ("Clerk of the Superior Court of Pinelake County, third floor, " * 4)[:200]
    for page in texts(render(document(recipient=recipient, record=record(groups=charges(60))))):
        assert squeezed(recipient) in squeezed(page)


def test_a_caveat_of_nine_hundred_characters_stands_whole_on_every_page():
    caveat = "".join(f"rule {number}, " for number in range(100))[:900]
    for page in texts(render(document(record=record(caveat=caveat)))):
        assert squeezed(caveat) in squeezed(page)


def test_what_is_too_long_for_every_page_is_cut_there_says_so_and_stands_whole_once():
    caveat = " ".join(f"rule{number}" for number in range(600))
    printed = render(document(record=record(caveat=caveat)))
    assert all("(whole in the body)" in page for page in texts(printed))
    assert squeezed(caveat) in spoken(printed)


def test_where_even_cut_texts_leave_the_record_no_page_there_is_no_print():
    crowd = tuple(SourceAsked(title="Source", outcome="No answer.", answered=False) for _ in range(100))
    with pytest.raises(PrintFailed):
        render(document(sources=crowd))


def test_no_hyphen_is_added():
    assert (
        "-" not in squeezed(texts(render(with_value("administration " * 60)))[0]).split("Remark")[1].split("About")[0]
    )


def test_nothing_long_runs_out_of_its_column():
    printed = texts(render(with_value("W" * 400)))[0]
    assert max(len(written) for written in printed.splitlines() if set(written) == {"W"}) < 45
    assert squeezed(printed).count("W") >= 400


MARKUP = [
    "#panic()",
    "$x^2$",
    "<b>bold</b>",
    "a\\b",
    "*b* _i_ `r`",
    "@ref <label>",
    "// c",
    "#{1+1}",
    '"quoted"',
    "= H",
]


@pytest.mark.parametrize("markup", MARKUP)
def test_markup_in_a_value_is_only_text(markup):
    printed = render(document(officer=markup, record=record(title=markup, groups=(Group(title=markup, lines=()),))))
    assert squeezed(texts(printed)[0]).count(squeezed(markup)) >= 3


def test_a_right_to_left_name_leaves_the_figures_below_it_in_order():
    page = reader(render(document(recipient="\u0645\u062d\u0645\u062f", recipient_agency="31-07755"))).pages[0]
    drawn: list[str] = []
    page.extract_text(visitor_text=lambda text, *_: drawn.append(text.strip()))
    assert drawn.count("31-07755") == 2  # in the header and the body; turned around it would be drawn in parts


awkward = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("\x00\x07\t\n\r\u202e\u2066\u200d\ufeff\u0301\u05d0\u0627\u064b\u0e01\u4f1f\ud800\U0001f600"),
    ),
    max_size=60,
)


@settings(max_examples=40, deadline=None)
@given(awkward)
def test_no_text_stops_a_print_or_is_lost_from_it(text):
    printed = render(document(officer=text, recipient=text, record=record(title=text, groups=charges(1), owner=text)))
    shown = Counter("".join(map(squeezed, texts(printed))))
    assert not Counter(squeezed(printable(text))) - shown


def test_an_empty_text_is_said_to_be_blank():
    nothing = Group(title="", lines=(line("Remark", ""), line("", " ")))
    printed = texts(render(document(officer="", record=record(title="", groups=(nothing,)))))[0]
    assert printed.count("blank") >= 5


def test_ten_thousand_characters_are_printed_to_the_last():
    value = " ".join(f"w{number}" for number in range(2000))
    assert squeezed(value) in spoken(render(with_value(value)))


def test_what_cannot_be_drawn_is_explained():
    note = "Unicode number of a character that cannot be drawn"
    assert note in texts(render(with_value("\U0001f600")))[-1]
    assert note not in texts(render(document()))[-1]


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_a_photograph_is_there_when_it_is_given(kind):
    printed = render(document(photograph=picture(kind)))
    assert [(image.image.size) for page in reader(printed).pages for image in page.images] == [(34, 44)]
    assert "PhotographIncluded" in spoken(printed)


def test_a_photograph_is_not_there_when_it_is_not_given():
    printed = render(document())
    assert not any(page.images for page in reader(printed).pages)
    assert "PhotographNotincluded" in spoken(printed)


def test_the_same_document_gives_the_same_bytes():
    first = render(document())
    render(document(officer="Dep. Other"))
    assert render(document()) == first


@pytest.mark.process
def test_another_process_gives_the_same_bytes():
    imports = "from gateway.prints.render import render; from tests.gateway.prints.documents import document"
    told = subprocess.run(
        [sys.executable, "-c", f"{imports}; print(render(document()).sha256)"],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    assert told.stdout.strip() == render(document()).sha256


def test_two_copies_of_one_record_differ():
    assert render(document()).sha256 != render(document(copy_id="000000000000")).sha256


def test_the_digest_is_that_of_the_bytes():
    printed = render(document())
    assert printed.sha256 == hashlib.sha256(printed.content).hexdigest()


def test_neither_document_nor_print_tells_a_log_what_it_says():
    assert repr(document()) == "<document TJPM5D9BTJPW>"
    assert re.fullmatch("<print [0-9a-f]{64}>", repr(render(document())))


def test_it_is_a_tagged_accessible_document_in_english():
    catalog = reader(render(document())).trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "en-US"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in catalog["/Metadata"].get_object().get_data()


def test_its_title_names_the_copy_and_no_person():
    assert reader(render(document())).metadata.title == "Sightline record copy TJPM-5D9B-TJPW"


def test_it_was_made_when_it_was_printed():
    assert reader(render(document())).metadata.creation_date == datetime(2026, 11, 22, 6, 14, 9, tzinfo=UTC)


def test_its_pages_are_us_letter():
    assert {tuple(page.mediabox) for page in reader(render(document())).pages} == {(0, 0, 612, 792)}


def test_its_fonts_are_its_own():
    for page in reader(render(document())).pages:
        for font in page["/Resources"]["/Font"].values():
            descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


@pytest.mark.parametrize(
    "broken",
    [
        {"photograph": b"no picture of HOLLIS"},
        {"printed_at": datetime(2026, 11, 22, 1, 14, tzinfo=UTC).replace(tzinfo=None)},
        {"record": record(as_of=datetime(2026, 11, 22, 1, 14, tzinfo=UTC).replace(tzinfo=None))},
        {"verify_address": "HOLLIS" * 1000},
        {"verify_address": "\ud800"},
        {"printed_at": datetime.max.replace(tzinfo=UTC)},
    ],
    ids=["photograph", "time without a zone", "as-of without a zone", "long address", "half a character", "far time"],
)
def test_what_cannot_be_printed_is_one_kind_of_failure_that_quotes_nothing(broken):
    with pytest.raises(PrintFailed) as failed:
        render(document(**broken))
    assert re.fullmatch(r"the document could not be set: \w+", str(failed.value))
    assert failed.value.__context__ is None
