"""What another site makes a browser send is refused, whoever is signed in, on every page that changes something."""

from collections.abc import Iterator

import pytest
from starlette.routing import Route

from gateway.boundary.csrf import SameSite
from tests.world import URL, World

UNSAFE = [
    "/signout",
    "/banner",
    "/appearance",
    "/search",
    "/prints",
    "/activity",
    "/activity/subject",
    "/activity/typed",
]
ANYBODYS = ["/verify"]
SIGNED = ["/backchannel-logout"]  # its token is signed by the provider, whose server calls it


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("world")).running() as made:
        yield made


def test_every_page_that_takes_a_post_is_looked_at(world: World) -> None:
    app = world.app
    while not isinstance(app, SameSite):
        app = app._app
    posts = {route.path for route in app._app.routes if isinstance(route, Route) and "POST" in route.methods}

    assert posts == {*UNSAFE, *ANYBODYS, *SIGNED}


@pytest.mark.parametrize("path", UNSAFE + ANYBODYS)
@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="nothing says where it is from"),
        pytest.param({"origin": "https://evil.test"}, id="another origin"),
        pytest.param({"origin": "null"}, id="an origin that is hidden"),
        pytest.param({"origin": URL.replace("https", "http")}, id="our name without TLS"),
        pytest.param({"origin": f"{URL}:8443"}, id="our name on another port"),
        pytest.param({"origin": f"{URL}.evil.test"}, id="a name that begins like ours"),
        pytest.param({"sec-fetch-site": "cross-site"}, id="another site"),
        pytest.param({"sec-fetch-site": "same-site"}, id="a neighbour under our domain"),
        pytest.param({"sec-fetch-site": "cross-site", "origin": URL}, id="another site with our origin"),
        pytest.param({"sec-fetch-site": "", "origin": "https://evil.test"}, id="an empty word"),
        pytest.param({"referer": f"{URL}/search"}, id="only a referrer, which proves nothing"),
    ],
)
def test_it_is_refused_when_it_is_not_from_our_pages(world: World, path: str, headers: dict[str, str]) -> None:
    answer = world.browser().send("POST", path, headers={"accept": "application/json", **headers})

    assert (answer.status_code, answer.json()["rule"]) == (403, "request.same_origin")


@pytest.mark.parametrize("path", UNSAFE)
@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"sec-fetch-site": "same-origin"}, id="a browser says so"),
        pytest.param({"sec-fetch-site": "none"}, id="someone typed it or reloaded"),
        pytest.param({"origin": URL}, id="a browser that only knows origins"),
        pytest.param({"sec-fetch-site": "same-origin", "origin": URL}, id="both"),
    ],
)
def test_it_is_let_through_from_our_pages(world: World, path: str, headers: dict[str, str]) -> None:
    answer = world.browser().send("POST", path, headers={"accept": "application/json", **headers})

    assert answer.status_code == 401  # as far as the audience of the page


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "MADE-UP"])
def test_every_method_that_is_not_known_to_be_safe_must_be_from_our_pages(world: World, method: str) -> None:
    answer = world.browser().send(method, "/search", headers={"accept": "application/json"})

    assert (answer.status_code, answer.json()["rule"]) == (403, "request.same_origin")


def test_a_link_from_anywhere_may_be_followed(world: World) -> None:
    answer = world.signed_in().get("/search", **{"sec-fetch-site": "cross-site"})

    assert answer.status_code == 200


def test_the_provider_calls_the_back_channel_from_its_own_server(world: World) -> None:
    answer = world.browser().send("POST", "/backchannel-logout", headers={}, data={"logout_token": "x"})

    assert (answer.status_code, answer.text) == (400, "token_malformed")


def test_a_refused_request_changes_nothing(world: World) -> None:
    deputy = world.signed_in()
    answer = deputy.post("/signout", origin="https://evil.test")

    assert answer.status_code == 403
    assert "did not come from Sightline" in answer.text
    assert deputy.get("/search").status_code == 200
