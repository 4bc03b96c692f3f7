"""Whatever is asked and whatever goes wrong, every answer carries the same headers, and no error tells its text."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from gateway.boundary.edge import device
from tests.world import DESKTOP, HOLLIS, ISSUER, PHONE, URL, World

PLANTED = "HOLLIS, Merrick Dane 1980-02-11"


async def fails(*_args: object, **_needs: object) -> None:
    raise ValueError(PLANTED)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gateway.pages.appearance.choose", fails)  # one page with a defect
        with World(tmp_path_factory.mktemp("world")).running() as made:
            yield made


@pytest.fixture(scope="module")
def answers(world: World) -> dict[str, httpx2.Response]:
    """One answer of each kind."""
    nobody, deputy = world.browser(), world.signed_in()
    page = deputy.get("/search")
    handle = deputy.ask()["sources"][0]["records"][0]["handle"]
    script = re.search(r'src="(/static/[^"]+sightline\.js)"', page.text)
    assert script is not None
    return {
        "page": page,
        "JSON": deputy.get(f"/records/{handle}", "application/json"),
        "picture": deputy.get(f"/records/{handle}/photograph"),
        "stream": deputy.post("/search", HOLLIS, accept="text/event-stream"),
        "PDF": deputy.post("/prints", {"handle": handle, "recipient": "A. Clerk", "recipient_agency": "Marlow Police"}),
        "file": nobody.get(script.group(1)),
        "health": nobody.get("/healthz"),
        "way to sign in": nobody.get("/search"),
        "way to the provider": nobody.get("/signin"),
        "no session": nobody.post("/search", HOLLIS),
        "other site": nobody.post("/search", HOLLIS, origin="https://evil.test"),
        "not for this role": deputy.get("/activity"),
        "back channel": nobody.post("/backchannel-logout", {"logout_token": "x"}),
        "unknown page": nobody.get("/nowhere"),
        "unknown file": nobody.get(script.group(1) + ".map"),
        "wrong method": nobody.send("DELETE", "/search", headers={"origin": URL}),
        "too large": deputy.post("/search", {"q": "x" * 70_000}),
        "other host": nobody.get("/search", host="evil.test"),
        "defect": deputy.post("/appearance", {"theme": "night"}),
    }


KINDS = [
    "page",
    "JSON",
    "picture",
    "stream",
    "PDF",
    "file",
    "health",
    "way to sign in",
    "way to the provider",
    "no session",
    "other site",
    "not for this role",
    "back channel",
    "unknown page",
    "unknown file",
    "wrong method",
    "too large",
    "other host",
    "defect",
]
every_kind = pytest.mark.parametrize("kind", KINDS)


def test_every_kind_of_answer_is_looked_at(answers: dict[str, httpx2.Response]) -> None:
    assert list(answers) == KINDS
    assert [answer.status_code for answer in answers.values()] == [
        *[200] * 7,
        *[303] * 2,
        *[401, 403, 403, 400, 404, 404, 405, 413, 421, 500],
    ]


@every_kind
def test_every_answer_says_what_a_browser_may_do_with_it(answers: dict[str, httpx2.Response], kind: str) -> None:
    headers = answers[kind].headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["permissions-policy"] == "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    assert headers["strict-transport-security"] == "max-age=63072000"


@every_kind
def test_every_answer_has_the_strict_page_policy_and_no_other(answers: dict[str, httpx2.Response], kind: str) -> None:
    (policy,) = answers[kind].headers.get_list("content-security-policy")
    nonce = re.search(r"'nonce-([\w-]{22})'", policy)

    assert nonce is not None
    assert policy == (
        f"default-src 'none'; script-src 'nonce-{nonce.group(1)}' 'strict-dynamic'; style-src 'self'; img-src 'self'; "
        f"font-src 'self'; connect-src 'self'; form-action 'self' {ISSUER}; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types htmx"
    )


@every_kind
def test_nothing_but_style_and_script_is_kept_by_a_browser(answers: dict[str, httpx2.Response], kind: str) -> None:
    kept = "public, max-age=86400, immutable" if kind == "file" else "no-store"

    assert answers[kind].headers.get_list("cache-control") == [kept]


@every_kind
def test_no_answer_names_the_program_that_made_it(answers: dict[str, httpx2.Response], kind: str) -> None:
    assert "server" not in answers[kind].headers
    assert "x-powered-by" not in answers[kind].headers


def test_a_nonce_is_good_for_one_page(world: World) -> None:
    policies = {world.browser().get("/verify").headers["content-security-policy"] for _ in range(3)}

    assert len(policies) == 3


def test_the_scripts_of_a_page_carry_its_own_nonce(answers: dict[str, httpx2.Response]) -> None:
    page = answers["page"]
    nonces = re.findall(r'<script nonce="([^"]+)"', page.text)

    assert len(nonces) == page.text.count("<script") > 0
    assert all(f"'nonce-{nonce}'" in page.headers["content-security-policy"] for nonce in nonces)


def test_without_tls_nothing_is_said_about_tls(tmp_path: Path) -> None:
    world = World(tmp_path, public_url="http://127.0.0.1:8080")
    with world.running():
        answer = world.browser().get("/verify", host="127.0.0.1:8080")

    assert answer.status_code == 200
    assert "strict-transport-security" not in answer.headers


# Under another name


@pytest.mark.parametrize("host", ["evil.test", "sightline.test.evil.test", "sightline.test:8443", "SIGHTLINE.TEST@x"])
def test_a_request_under_another_name_is_refused(world: World, host: str) -> None:
    answer = world.signed_in().get("/search", host=host)

    assert answer.status_code == 421
    assert URL in answer.text


def test_a_reader_of_the_first_page_under_another_name_is_led_to_the_right_one(world: World) -> None:
    answer = world.browser().get("/", host="127.0.0.1:8080")

    assert (answer.status_code, answer.headers["location"]) == (307, f"{URL}/")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_need_not_know_the_name(world: World, path: str) -> None:
    assert world.browser().get(path, host="10.0.0.7:8080").status_code == 200


# What cannot be answered


@pytest.mark.parametrize("kind", ["no session", "other site", "unknown page", "wrong method", "other host", "defect"])
def test_who_asked_for_a_page_is_answered_with_a_page(answers: dict[str, httpx2.Response], kind: str) -> None:
    assert answers[kind].headers["content-type"] == "text/html; charset=utf-8"
    assert "</h1>" in answers[kind].text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/search", 401),
        ("GET", "/search", 401),
        ("GET", "/nowhere", 404),
        ("DELETE", "/search", 405),
    ],
)
def test_who_asked_for_json_is_answered_with_a_problem(world: World, method: str, path: str, status: int) -> None:
    answer = world.browser().send(method, path, headers={"accept": "application/json", "origin": URL})

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["status"]) == ("about:blank", status)
    assert problem["title"]
    assert problem["detail"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/search", "GET, HEAD, POST"), ("/signout", "POST"), ("/healthz", "GET, HEAD"), ("/records/x", "GET, HEAD")],
)
def test_a_wrong_method_is_told_all_the_right_ones(world: World, path: str, allowed: str) -> None:
    answer = world.browser().send("DELETE", path, headers={"origin": URL})

    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize("path", ["/search/", "/healthz/", "/signin/", "/records/", "/banner/"])
def test_a_page_has_one_address(world: World, path: str) -> None:
    answer = world.signed_in().get(path)

    assert answer.status_code == 404
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/%ff%fe",
        "/records/%ff",
        "/records/%00",
        "/records/%2e%2e%2f",
        "/records/" + "x" * 6000,
        "/static/../settings.py",
        "/static/%2e%2e/settings.py",
        "/%E2%80%AE",
        "//evil.test/",
        "/verify/%ff%00",
        "/activity/prints/%ff",
    ],
)
def test_an_odd_path_is_no_page(world: World, path: str) -> None:
    answer = world.signed_in("statewide" if "activity" in path else "officer").get(path)

    assert answer.status_code in {303, 404}
    assert answer.headers.get("location") in {None, "/search"}


@pytest.mark.parametrize("path", ["/search", "/verify", "/healthz"])
def test_only_the_head_is_sent_to_who_asks_for_it(world: World, path: str) -> None:
    deputy = world.signed_in()
    answer = deputy.send("HEAD", path, headers={"accept": "text/html"})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == deputy.get(path).headers["content-type"]


def test_a_head_without_a_session_is_led_to_sign_in_as_a_reader_is(world: World) -> None:
    answer = world.browser().send("HEAD", "/search", headers={"accept": "text/html"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/signin")


def test_a_defect_of_a_page_tells_its_text_to_nobody(
    world: World, answers: dict[str, httpx2.Response], capfd: pytest.CaptureFixture[str]
) -> None:
    answer = world.signed_in().post("/appearance", {"theme": "night"})
    printed = "".join(capfd.readouterr())

    assert answer.status_code == 500
    assert "Sightline failed to answer" in answer.text
    for told in (answer.text, printed):
        assert "Merrick" not in told
        assert "Traceback" not in told
    assert "ValueError" in printed


# What kind of device


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"user-agent": DESKTOP}, "desktop"),
        ({"user-agent": PHONE}, "handheld"),
        ({"sec-ch-ua-mobile": "?1", "user-agent": DESKTOP}, "handheld"),
        ({"sec-ch-ua-mobile": "?0", "user-agent": ""}, "desktop"),
        ({"sec-ch-ua-mobile": "?0", "user-agent": PHONE}, "handheld"),
        ({"user-agent": "Mozilla/5.0 (Linux; Android 16; Pixel Tablet)"}, "handheld"),
        ({"user-agent": "curl/8.5"}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_a_device_is_what_it_says_and_what_says_nothing_is_unknown(headers: dict[str, str], kind: str) -> None:
    assert device(headers) == kind
