"""The stand-in is a real provider in everything a relying party sees, and nowhere but on loopback."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from gateway.demo.asked import Client
from gateway.demo.people import PEOPLE
from gateway.demo.provider import StandIn
from tests.gateway.identity.misbehaving import Clock

ISSUER = "http://127.0.0.1:8081"
HOME = "http://127.0.0.1:8080"
VERIFIER = "v" * 43
CLIENT = Client(
    client_id="sightline",
    redirect_uris=frozenset({f"{HOME}/signin/callback"}),
    post_logout_redirect_uris=frozenset({f"{HOME}/signin"}),
    backchannel_logout_uri=f"{HOME}/backchannel-logout",
)
REQUEST = {
    "response_type": "code",
    "client_id": "sightline",
    "redirect_uri": f"{HOME}/signin/callback",
    "scope": "openid profile",
    "state": "state-1",
    "nonce": "nonce-1",
    "code_challenge": create_s256_code_challenge(VERIFIER),
    "code_challenge_method": "S256",
    "max_age": "43200",
    "acr_values": "aal2",
}


class Gateway:
    """What the stand-in tells the gateway behind the browser's back."""

    def __init__(self) -> None:
        self.told: list[httpx2.Request] = []
        self.answer: httpx2.Response | Exception = httpx2.Response(200)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.told.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Page(HTMLParser):
    """The tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def browser(clock: Clock, gateway: Gateway) -> httpx2.AsyncClient:
    app = StandIn(ISSUER, CLIENT, clock, httpx2.MockTransport(gateway)).app()
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=ISSUER)


def sent_back(answer: httpx2.Response) -> dict[str, str]:
    """What an answer makes the browser bring to the gateway."""
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{HOME}/signin")
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


async def code_for(browser: httpx2.AsyncClient, account: str = "officer") -> str:
    return sent_back(await browser.post("/authorize", data={**REQUEST, "account": account}))["code"]


async def redeemed(browser: httpx2.AsyncClient, code: str, **changed: str) -> httpx2.Response:
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": "sightline",
        "redirect_uri": f"{HOME}/signin/callback",
        "code_verifier": VERIFIER,
    }
    return await browser.post("/token", data={**sent, **changed})


async def tokens_of(browser: httpx2.AsyncClient, account: str = "officer") -> dict[str, Any]:
    tokens: dict[str, Any] = (await redeemed(browser, await code_for(browser, account))).json()
    return tokens


async def read_token(browser: httpx2.AsyncClient, token: str) -> jwt.Token:
    keys = KeySet.import_key_set((await browser.get("/jwks")).json())
    return jwt.decode(token, keys, algorithms=["ES256"])


# Where it runs


@pytest.mark.parametrize(
    "issuer",
    ["https://127.0.0.1:8081", "http://idp.example", "http://0.0.0.0:8081", "http://192.0.2.7", "127.0.0.1:8081"],
)
def test_it_refuses_an_issuer_that_others_could_reach(issuer: str, clock: Clock, gateway: Gateway) -> None:
    with pytest.raises(ValueError, match="loopback"):
        StandIn(issuer, CLIENT, clock, httpx2.MockTransport(gateway))


async def test_a_page_that_points_a_name_of_its_own_at_this_machine_gets_nothing(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/authorize", params=REQUEST, headers={"Host": "evil.example:8081"})

    assert answer.status_code == 400


async def test_a_form_is_only_so_large(browser: httpx2.AsyncClient) -> None:
    answer = await browser.post("/authorize", data={"state": "x" * 20_000})

    assert answer.status_code == 413


async def test_it_describes_itself_as_what_it_is(browser: httpx2.AsyncClient) -> None:
    said = (await browser.get("/.well-known/openid-configuration")).json()

    assert said["issuer"] == ISSUER
    assert all(url.startswith(ISSUER) for name, url in said.items() if name.endswith(("_endpoint", "_uri")))
    assert said["code_challenge_methods_supported"] == ["S256"]
    assert said["id_token_signing_alg_values_supported"] == ["ES256"]


async def test_it_shows_no_private_key(browser: httpx2.AsyncClient) -> None:
    (key,) = (await browser.get("/jwks")).json()["keys"]

    assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}


# The page


async def test_the_page_has_one_button_for_each_person(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/authorize", params=REQUEST)

    buttons = Page(answer.text).all("button")
    assert [button["name"] for button in buttons] == ["account"] * 15
    assert [button["value"] for button in buttons] == [person.account for person in PEOPLE]
    for person in PEOPLE:
        assert f"{person.given_name} {person.family_name}" in answer.text
        assert person.employer.name in answer.text


async def test_the_page_says_that_it_is_a_stand_in_and_everyone_is_invented(browser: httpx2.AsyncClient) -> None:
    text = " ".join((await browser.get("/authorize", params=REQUEST)).text.split())

    assert "stand-in for the state's identity service" in text
    assert "All people and agencies here are invented." in text


async def test_the_page_runs_no_script_and_its_form_goes_here_or_home(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/authorize", params=REQUEST)

    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; form-action 'self' http://127.0.0.1:8080; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    page = Page(answer.text)
    assert not page.all("script")
    assert not [tag for tag, attributes in page.tags if "style" in attributes]


async def test_the_page_brings_its_style_along(browser: httpx2.AsyncClient) -> None:
    (link,) = Page((await browser.get("/authorize", params=REQUEST)).text).all("link")

    style = await browser.get(str(link["href"]))

    assert style.headers["content-type"].startswith("text/css")
    assert "prefers-color-scheme: dark" in style.text


async def test_what_a_request_says_is_shown_to_nobody_as_markup(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/authorize", params={**REQUEST, "state": '"><script>alert(1)</script>'})

    assert "<script>" not in answer.text


async def test_the_page_carries_the_request_it_will_grant(browser: httpx2.AsyncClient) -> None:
    fields = Page((await browser.get("/authorize", params=REQUEST)).text).all("input")

    answer = await browser.post(
        "/authorize", data={**{str(field["name"]): str(field["value"]) for field in fields}, "account": "officer"}
    )

    assert sent_back(answer)["state"] == "state-1"


# The request


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "other"},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": f"{HOME}/signin/callback/"},
        {"redirect_uri": ""},
    ],
    ids=str,
)
async def test_nobody_is_sent_to_an_address_that_is_not_registered(
    browser: httpx2.AsyncClient, method: str, changed: dict[str, str]
) -> None:
    sent = {**REQUEST, "account": "officer", **changed}

    answer = await (
        browser.get("/authorize", params=sent) if method == "GET" else browser.post("/authorize", data=sent)
    )

    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"nonce": ""}, "invalid_request"),
        ({"state": ""}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"prompt": "none"}, "login_required"),
    ],
    ids=str,
)
async def test_a_request_without_its_safeguards_comes_back_with_an_error(
    browser: httpx2.AsyncClient, method: str, changed: dict[str, str], error: str
) -> None:
    sent = {**REQUEST, "account": "officer", **changed}

    answer = await (
        browser.get("/authorize", params=sent) if method == "GET" else browser.post("/authorize", data=sent)
    )

    back = sent_back(answer)
    assert (back["error"], back["iss"]) == (error, ISSUER)
    assert "code" not in back


async def test_nobody_is_not_a_person(browser: httpx2.AsyncClient) -> None:
    answer = await browser.post("/authorize", data={**REQUEST, "account": "sheriff"})

    assert answer.status_code == 400


# The code


async def test_a_code_buys_what_was_asked_for(browser: httpx2.AsyncClient, clock: Clock) -> None:
    tokens = await tokens_of(browser)

    token = await read_token(browser, tokens["id_token"])
    assert token.header["typ"] == "JWT"
    assert token.claims | {"sid": "", "at_hash": ""} == {
        "iss": ISSUER,
        "aud": "sightline",
        "sub": "87581f8437ed",
        "iat": clock.in_s(0),
        "exp": clock.in_s(300),
        "auth_time": clock.in_s(0),
        "nonce": "nonce-1",
        "acr": "aal2",
        "amr": ["pwd", "otp"],
        "sid": "",
        "at_hash": "",
    }


async def test_a_code_buys_once(browser: httpx2.AsyncClient) -> None:
    code = await code_for(browser)
    await redeemed(browser, code)

    again = await redeemed(browser, code)

    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})


async def test_a_code_is_good_for_a_minute(browser: httpx2.AsyncClient, clock: Clock) -> None:
    code = await code_for(browser)
    clock.pass_s(60)

    assert (await redeemed(browser, code)).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"code_verifier": "é" * 43}, "invalid_grant"),
        ({"redirect_uri": f"{HOME}/other"}, "invalid_grant"),
        ({"client_id": "other"}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
    ids=str,
)
async def test_a_code_in_other_hands_buys_nothing_and_is_spent(
    browser: httpx2.AsyncClient, changed: dict[str, str], error: str
) -> None:
    code = await code_for(browser)

    assert (await redeemed(browser, code, **changed)).json() == {"error": error}
    assert (await redeemed(browser, code)).json() == {"error": "invalid_grant"}


async def test_a_code_nobody_was_given_buys_nothing(browser: httpx2.AsyncClient) -> None:
    assert (await redeemed(browser, "made-up")).json() == {"error": "invalid_grant"}


async def test_a_thousand_codes_at_most_are_open(browser: httpx2.AsyncClient) -> None:
    first = await code_for(browser)
    for _ in range(1000):
        last = await code_for(browser)

    assert (await redeemed(browser, first)).status_code == 400
    assert (await redeemed(browser, last)).status_code == 200


async def test_user_info_is_for_whoever_has_the_token(browser: httpx2.AsyncClient) -> None:
    tokens = await tokens_of(browser)

    answer = await browser.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})

    assert answer.json()["sub"] == "87581f8437ed"
    assert answer.json()["gfipm:2.0:user:EmployerORI"] == ["NC9010000"]


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic x"}], ids=str)
async def test_user_info_is_for_nobody_else(browser: httpx2.AsyncClient, header: dict[str, str]) -> None:
    assert (await browser.get("/userinfo", headers=header)).status_code == 401


async def test_user_info_is_open_for_five_minutes(browser: httpx2.AsyncClient, clock: Clock) -> None:
    tokens = await tokens_of(browser)
    clock.pass_s(300)

    answer = await browser.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})

    assert answer.status_code == 401


# Signing out


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_signing_out_tells_the_gateway_and_leads_home(
    browser: httpx2.AsyncClient, gateway: Gateway, method: str
) -> None:
    tokens = await tokens_of(browser)
    sent = {
        "id_token_hint": tokens["id_token"],
        "post_logout_redirect_uri": f"{HOME}/signin",
        "state": "bye",
    }

    answer = await (
        browser.get("/end-session", params=sent) if method == "GET" else browser.post("/end-session", data=sent)
    )

    assert sent_back(answer) == {"state": "bye"}
    (told,) = gateway.told
    assert str(told.url) == f"{HOME}/backchannel-logout"
    token = await read_token(browser, dict(parse_qsl(told.content.decode()))["logout_token"])
    signed_in = await read_token(browser, tokens["id_token"])
    assert token.header["typ"] == "logout+jwt"
    assert (token.claims["sid"], token.claims["sub"]) == (signed_in.claims["sid"], signed_in.claims["sub"])
    assert token.claims["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert "nonce" not in token.claims


async def test_a_session_ends_once(browser: httpx2.AsyncClient, gateway: Gateway) -> None:
    tokens = await tokens_of(browser)
    for _ in range(2):
        await browser.post("/end-session", data={"id_token_hint": tokens["id_token"]})

    assert len(gateway.told) == 1


@pytest.mark.parametrize(
    "answer", [httpx2.Response(400), httpx2.Response(503), httpx2.ConnectError("gone")], ids=["400", "503", "gone"]
)
async def test_signing_out_works_whatever_the_gateway_makes_of_it(
    browser: httpx2.AsyncClient, gateway: Gateway, answer: httpx2.Response | Exception
) -> None:
    gateway.answer = answer
    tokens = await tokens_of(browser)

    page = await browser.post("/end-session", data={"id_token_hint": tokens["id_token"]})

    assert (page.status_code, "Signed out" in page.text, len(gateway.told)) == (200, True, 1)


@pytest.mark.parametrize("hint", ["", "x", "x.y.z", "e30.e30.", "bm90IGpzb24.e30.AA"])
async def test_a_hint_that_is_not_ours_leads_nowhere(browser: httpx2.AsyncClient, gateway: Gateway, hint: str) -> None:
    sent = {"id_token_hint": hint, "post_logout_redirect_uri": f"{HOME}/signin"}

    page = await browser.post("/end-session", data=sent)

    assert (page.status_code, gateway.told) == (200, [])


async def test_a_forged_hint_signs_nobody_out(browser: httpx2.AsyncClient, gateway: Gateway) -> None:
    signed_in = await read_token(browser, (await tokens_of(browser))["id_token"])
    forged = jwt.encode({"alg": "ES256"}, signed_in.claims, ECKey.generate_key("P-256"))

    page = await browser.post("/end-session", data={"id_token_hint": forged})

    assert (page.status_code, gateway.told) == (200, [])


@pytest.mark.parametrize("back", ["https://evil.example/", f"{HOME}/other", ""])
async def test_signing_out_leads_only_to_a_registered_address(browser: httpx2.AsyncClient, back: str) -> None:
    tokens = await tokens_of(browser)

    page = await browser.post(
        "/end-session", data={"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": back}
    )

    assert page.status_code == 200
    assert "location" not in page.headers
