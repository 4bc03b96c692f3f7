"""One person at one browser: what they do with it, and what the browser complained about meanwhile."""

import re
from html import unescape

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, expect

from tests.flows.demo import Demo

# A page that breaks its own policy says so on the console, where everything is heard.
_TELL_ON_POLICY = """
addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sample }) =>
  console.error("policy broken:", effectiveDirective, blockedURI, sample));
"""
# The browser notes every answer of 400 or more; those are pages we look at.
_A_STATUS = re.compile(r"Failed to load resource: the server responded with a status of \d{3}")


_PATIENCE_MS = 30_000  # a busy machine; nothing here waits that long where all is well
expect.set_options(timeout=_PATIENCE_MS)


class Visitor:
    """A page of a demo, with the verbs of its pages. Everything said and kept stays in `context`."""

    def __init__(self, context: BrowserContext, demo: Demo) -> None:
        self.context = context
        self.demo = demo
        self.complaints: list[str] = []  # broken page policy, errors of scripts or of the console, other origins asked
        context.set_default_timeout(_PATIENCE_MS)
        context.add_init_script(_TELL_ON_POLICY)
        context.on("console", self._hear)
        context.on("request", self._follow)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.page: Page = context.new_page()

    def go(self, path: str) -> None:
        """Open a page of the gateway."""
        self.page.goto(self.demo.url + path)

    def sign_in(self, account: str) -> None:
        """To the provider, the button of `account`, and back; then whatever page that is."""
        self.go("/signin")
        self.page.click(f'button[value="{account}"]')
        self.page.wait_for_url(re.compile("^" + re.escape(self.demo.url)))

    def begin(self, account: str = "officer") -> "Visitor":
        """The home of the role, signed in and the notice agreed to. The way there is not looked at, so not drawn."""
        ask = self.context.request
        who = ask.get(self.demo.url + "/signin")
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', who.text())
        form = {name: unescape(value) for name, value in hidden} | {"account": account}
        ask.post(who.url.partition("?")[0], form=form)
        ask.post(self.demo.url + "/banner", form={"accept": "yes"}, headers={"origin": self.demo.url}, max_redirects=0)
        self.go("/")
        return self

    def type(self, text: str, case: str | None = "26-04417") -> None:
        """Fill the box and, if there is none yet, the case."""
        if case and self.page.locator("#case_number").is_visible():
            self.page.fill("#case_number", case)
        self.page.fill("#q", text)

    def ask(self, text: str, case: str | None = "26-04417") -> None:
        """Ask, and wait until the answer is complete."""
        before = self.page.query_selector("#people")
        self.type(text, case)
        self.page.keyboard.press("Enter")
        if before:
            before.wait_for_element_state("hidden")
        self.page.locator('#people[aria-busy="false"]').wait_for()

    def open(self, link: str | Locator) -> Locator:
        """Open a record by its link's words and wait until it stands; the record."""
        place = self.page.get_by_role("link", name=link).first if isinstance(link, str) else link
        place.click()
        record = self.page.locator("#record .record")
        record.wait_for()
        return record

    def reload_until(self, place: Locator) -> None:
        """Load the page again until `place` is there: what was done takes a moment to be found."""
        for _ in range(50):
            if place.count():
                return
            self.page.reload()
        raise AssertionError(f"not there after fifty times: {place}")

    def words(self, selector: str) -> list[str]:
        """The texts of what `selector` finds, as they are read."""
        return [" ".join(text.split()) for text in self.page.locator(selector).all_inner_texts()]

    @property
    def idle_s(self) -> int:
        """Seconds without activity after which this screen locks, as the page says."""
        return int(self.page.locator('meta[name="sightline-idle-s"]').get_attribute("content"))

    @property
    def focused(self) -> Locator:
        """What has the focus."""
        return self.page.locator(":focus")

    def _follow(self, request: Request) -> None:
        if request.url.startswith("http") and not request.url.startswith(
            (self.demo.url + "/", self.demo.provider + "/")
        ):
            self.complaints.append(f"asked elsewhere: {request.url}")

    def _hear(self, message: ConsoleMessage) -> None:
        # A picture alone in a tab is dressed up by the browser itself; our policy does not let it.
        is_the_browsers_own = _A_STATUS.match(message.text) or message.location["url"].endswith("/photograph")
        if message.type == "error" and not is_the_browsers_own:
            self.complaints.append(message.text)
