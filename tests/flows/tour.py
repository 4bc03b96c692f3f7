"""Every page there is, each with the way to it: what is looked at, measured and photographed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from playwright.sync_api import expect

from tests.flows.demo import Demo, Demos
from tests.flows.visitor import Visitor

HOLLIS = "hollis, merrick 2/11/1980"
SLOW = "courts:slow,registry:stall"


@dataclass(frozen=True, slots=True)
class Stop:
    """One page: who comes to it (None: nobody who signed in), and how from their home."""

    account: str | None
    way: Callable[[Visitor], None]
    trouble: str = ""  # which sources have it, as in `make demo FAULT=`
    breaks: bool = False  # on this way the record breaks: in a demo of its own
    on_paper: bool = False  # not on phones and tablets: they cannot print
    lies_over: bool = False  # seen where it lies over the page

    def demo(self, demos: Demos) -> Demo:
        """Where to go there."""
        return demos.to_break(self.trouble) if self.breaks else demos.with_trouble(self.trouble)

    def reach(self, visitor: Visitor) -> None:
        """Go there."""
        if self.account is not None:
            visitor.begin(self.account)
        self.way(visitor)
        visitor.page.wait_for_load_state()


def _stay(_: Visitor) -> None:
    """Home is the page."""


def _to(path: str) -> Callable[[Visitor], None]:
    return lambda visitor: visitor.go(path)


def _asked(text: str) -> Callable[[Visitor], None]:
    return lambda visitor: visitor.ask(text)


def _asking(visitor: Visitor) -> None:
    """The first sources have answered, the last has not."""
    visitor.type(HOLLIS)
    visitor.page.click("#go")
    visitor.page.locator("#chip-dmv.found").wait_for()


def _stopped_midway(visitor: Visitor) -> None:
    _asking(visitor)
    visitor.demo.break_journal()
    visitor.page.locator("#people .stopped").wait_for()


def _not_recorded(visitor: Visitor) -> None:
    visitor.demo.break_journal()
    visitor.type(HOLLIS)
    visitor.page.click("#go")
    visitor.page.locator("#answer .stopped").wait_for()


def _not_recorded_alone(visitor: Visitor) -> None:
    visitor.demo.break_journal()
    visitor.go("/activity")


def _notice(visitor: Visitor) -> None:
    visitor.sign_in("officer")


def _more_fields(visitor: Visitor) -> None:
    visitor.page.get_by_text("More fields").click()


def _form_with_errors(visitor: Visitor) -> None:
    _more_fields(visitor)
    visitor.page.fill("#birth_date", "2/30/1980")
    visitor.page.click("#go")
    visitor.page.locator("#errors").wait_for()


def _shift_questions(visitor: Visitor) -> None:
    visitor.ask(HOLLIS)
    visitor.go("/search")
    visitor.page.get_by_text("This shift's questions").click()


def _record_in_place(visitor: Visitor) -> None:
    visitor.ask(HOLLIS)
    visitor.open(visitor.page.locator(".opens a.record-link").first)


def _photograph(visitor: Visitor) -> None:
    _record_in_place(visitor)
    visitor.page.get_by_role("link", name="Show").click()
    expect(visitor.page.locator(".photograph img")).not_to_have_js_property("naturalWidth", 0)


def _record_alone(visitor: Visitor) -> None:
    visitor.ask(HOLLIS)
    visitor.go(visitor.page.locator(".opens a.record-link").nth(1).get_attribute("href"))


def _print_form(visitor: Visitor) -> None:
    _record_alone(visitor)
    visitor.page.locator("#print > summary").click()


def _print_with_errors(visitor: Visitor) -> None:
    _print_form(visitor)
    with visitor.page.expect_popup() as popup:
        visitor.page.get_by_role("button", name="Print this copy").click()
    visitor.page = popup.value


def _menu(visitor: Visitor) -> None:
    visitor.page.locator(".user > summary").click()
    visitor.page.locator(".keys > summary").click()


def _lock_warning(visitor: Visitor) -> None:
    visitor.page.clock.install()
    visitor.go("/search")
    visitor.ask(HOLLIS)
    visitor.page.clock.run_for((visitor.idle_s - 50) * 1000)
    visitor.page.locator("#lock").wait_for()


def _locked(visitor: Visitor) -> None:
    _lock_warning(visitor)
    visitor.page.get_by_role("button", name="Lock now").click()


def _signed_out(visitor: Visitor) -> None:
    visitor.page.locator(".user > summary").click()
    visitor.page.get_by_role("button", name="Sign out").click()
    visitor.page.wait_for_url("**/signed-out**")


def _session_over(visitor: Visitor) -> None:
    visitor.type(HOLLIS)
    visitor.context.clear_cookies()
    visitor.page.click("#go")
    visitor.page.get_by_text("You are not signed in").wait_for()


def _filter(visitor: Visitor) -> None:
    visitor.go("/activity?action=audit.open&size=25")


def _prints(visitor: Visitor) -> None:
    """Only the prints: there may be pages of other things before the first."""
    visitor.go("/activity?action=document.print")


def _day(visitor: Visitor) -> None:
    _prints(visitor)
    visitor.page.get_by_role("button", name="This officer's day").first.click()
    visitor.page.get_by_role("heading", name="Dep. R. Ashgrove").wait_for()


def _what_was_typed(visitor: Visitor) -> None:
    visitor.go("/activity?action=search.request&size=25")
    visitor.page.get_by_role("button", name="Show what was typed").first.click()
    visitor.page.get_by_role("heading", name="What was typed").wait_for()


def _who_looked(text: str) -> Callable[[Visitor], None]:
    def way(visitor: Visitor) -> None:
        visitor.go("/activity/subject")
        visitor.page.fill("#q", text)
        visitor.page.get_by_role("button", name="Who looked?").click()
        visitor.page.locator(".foot, #errors").wait_for()

    return way


def _copy(visitor: Visitor) -> None:
    _prints(visitor)
    visitor.page.locator('a[href^="/activity/prints/"]').first.click()
    visitor.page.get_by_role("heading", name="Copy").wait_for()


def _genuine(visitor: Visitor) -> None:
    _prints(visitor)
    number = visitor.page.locator('a[href^="/activity/prints/"]').first.inner_text()
    visitor.go(f"/verify/{number}")


STOPS: Mapping[str, Stop] = {
    "provider": Stop(None, _to("/signin")),
    "notice": Stop(None, _notice),
    "search": Stop("officer", _stay),
    "search-more-fields": Stop("officer", _more_fields),
    "search-errors": Stop("officer", _form_with_errors),
    "search-this-shift": Stop("officer", _shift_questions),
    "search-dispatcher": Stop("dispatcher", _stay),
    "answer": Stop("officer", _asked(HOLLIS)),
    "answer-two-people": Stop("officer", _asked("merrick hollis")),
    "answer-nobody": Stop("officer", _asked("nettlefold, quillan")),
    "answer-many": Stop("officer", _asked("brackenridge, tobias")),
    "answer-vehicle": Stop("officer", _asked("ZKT-4471")),
    "answer-dispatcher": Stop("dispatcher", _asked("falk, jory")),
    "answer-coming": Stop("officer", _asking, trouble=SLOW),
    "answer-silent": Stop("officer", _asked(HOLLIS), trouble=SLOW),
    "answer-stopped": Stop("officer", _stopped_midway, trouble=SLOW, breaks=True),
    "not-recorded": Stop("officer", _not_recorded, breaks=True),
    "not-recorded-alone": Stop("auditor", _not_recorded_alone, breaks=True),
    "record": Stop("officer", _record_in_place),
    "record-photograph": Stop("officer", _photograph),
    "record-alone": Stop("officer", _record_alone),
    "record-unknown": Stop("officer", _to("/records/none")),
    "print": Stop("officer", _print_form, on_paper=True),
    "print-errors": Stop("officer", _print_with_errors, on_paper=True),
    "not-for-your-role": Stop("officer", _to("/activity")),
    "no-such-page": Stop("officer", _to("/nowhere")),
    "menu": Stop("officer", _menu, lies_over=True),
    "lock-warning": Stop("officer", _lock_warning, lies_over=True),
    "locked": Stop("officer", _locked),
    "session-over": Stop("officer", _session_over),
    "signed-out": Stop("officer", _signed_out),
    "verify": Stop("officer", _to("/verify")),
    "verify-unknown": Stop("officer", _to("/verify/K7QF-2M9X-41AB")),
    "verify-genuine": Stop("auditor", _genuine),
    "role-site-administrator": Stop("siteadmin", _stay),
    "role-training-coordinator": Stop("trainer", _stay),
    "role-operations": Stop("operations", _stay),
    "gate-unknown": Stop("unknown", _stay),
    "gate-agreement": Stop("suspended-agency", _stay),
    "gate-training": Stop("untrained", _stay),
    "gate-terminated": Stop("terminated", _stay),
    "gate-dormant": Stop("dormant", _stay),
    "gate-no-mfa": Stop("no-mfa", _stay),
    "activity": Stop("auditor", _to("/activity?size=25")),
    "activity-filter": Stop("auditor", _filter),
    "activity-nothing": Stop("auditor", _to("/activity?from=2020-01-01&to=2020-01-02")),
    "activity-statewide": Stop("statewide", _to("/activity?size=25")),
    "activity-typed": Stop("auditor", _what_was_typed),
    "activity-copy": Stop("auditor", _copy),
    "officers-day": Stop("auditor", _day),
    "who-looked": Stop("auditor", _who_looked(HOLLIS)),
    "who-looked-nobody": Stop("auditor", _who_looked("unasked, peregrine")),
    "who-looked-errors": Stop("auditor", _who_looked("")),
}
