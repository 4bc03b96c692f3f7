"""Every route has an audience, which docs/pages.md names, and lets in nobody else."""

from collections.abc import Iterator
from unittest.mock import MagicMock

import pytest
from starlette.routing import Mount, Route

from gateway.boundary.audience import Everyone, Greeted, Members, SignedIn
from gateway.directory.people import Role
from gateway.routes import Page, Parts, pages
from tests.rules.tables import table
from tests.world import World

PAGES = pages(MagicMock(spec=Parts))
ROLES = {
    Role.OFFICER: "officer",
    Role.DISPATCHER: "dispatcher",
    Role.PROBATION: "probation",
    Role.SITE_ADMINISTRATOR: "siteadmin",
    Role.TRAINING_COORDINATOR: "trainer",
    Role.AUDITOR: "auditor",
    Role.STATEWIDE_AUDITOR: "statewide",
    Role.OPERATIONS: "operations",
}
STOPPED = ("untrained", "suspended-agency", "terminated", "dormant", "no-mfa", "unknown")


def audience(page: Page) -> str:
    match page.audience:
        case Everyone() | Greeted():
            return "anybody"
        case SignedIn():
            return "signed in"
        case Members(roles=roles):
            return "every role" if roles == set(Role) else ", ".join(role for role in Role if role in roles)


def called(page: Page) -> str:
    return f"{page.method} {page.path}"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("routes")).running() as made:
        yield made


@pytest.fixture(scope="module")
def browsers(world: World) -> dict[str, object]:
    return {account: world.signed_in(account) for account in (*ROLES.values(), *STOPPED)}


def send(browser, page: Page):
    path = page.path.format(handle="made-up", copy_id="0000-0000-0000")
    return browser.send(page.method, path, headers={"accept": "application/json", "origin": "https://sightline.test"})


def test_the_document_has_every_page_with_its_audience() -> None:
    written = [(method, path, audience) for method, path, audience, _ in table("pages.md", "method")]
    assert written == [(page.method, page.path, audience(page)) for page in PAGES]


def test_the_application_has_these_pages_and_its_static_files_alone(world: World) -> None:
    app = world.app
    while hasattr(app, "_app"):
        app = app._app
    (static,) = (route for route in app.routes if isinstance(route, Mount))
    served = {(method, route.path) for route in app.routes if isinstance(route, Route) for method in route.methods}
    assert static.path.startswith("/static/")
    assert served - {(page.method, page.path) for page in PAGES} == {
        ("HEAD", page.path) for page in PAGES if page.method == "GET"
    }
    assert len(app.routes) == len(PAGES) + 1


@pytest.mark.parametrize(
    "page", [page for page in PAGES if not isinstance(page.audience, Everyone | Greeted)], ids=called
)
def test_nobody_gets_it_without_a_session(world: World, page: Page) -> None:
    assert send(world.browser(), page).status_code == 401


@pytest.mark.parametrize("account", STOPPED)
@pytest.mark.parametrize("page", [page for page in PAGES if isinstance(page.audience, Members)], ids=called)
def test_nobody_gets_it_past_a_closed_gate(browsers, page: Page, account: str) -> None:
    answer = send(browsers[account], page)

    assert (answer.status_code, answer.json()["rule"].partition(".")[0]) == (403, "gate")


@pytest.mark.parametrize(
    ("page", "role"),
    [
        (page, role)
        for page in PAGES
        if isinstance(page.audience, Members)
        for role in Role
        if role not in page.audience.roles
    ],
    ids=lambda case: called(case) if isinstance(case, Page) else case,
)
def test_another_role_is_refused_and_that_is_recorded(world: World, browsers, page: Page, role: Role) -> None:
    answer = send(browsers[ROLES[role]], page)

    assert (answer.status_code, answer.json()["rule"]) == (403, "audience.role")
    (refusal,) = (
        event for event in world.events("access.denied") if event["event"]["sequence"] == answer.json()["entry"]
    )
    assert refusal["event"]["reason"] == "audience.role"


@pytest.mark.parametrize("page", [page for page in PAGES if isinstance(page.audience, Members)], ids=called)
def test_nobody_gets_it_before_agreeing_to_the_notice(world: World, page: Page) -> None:
    browser = world.browser()
    role = next(role for role in Role if role in page.audience.roles)
    browser.sign_in(ROLES[role])

    assert send(browser, page).json()["rule"] == "notice.acknowledged"
