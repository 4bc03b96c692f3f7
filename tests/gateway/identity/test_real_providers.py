"""The same code signs people in and out at the demo's stand-in and at a provider that others wrote and certified."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import msgspec
import pytest

from gateway.demo.asked import Client
from gateway.demo.people import PEOPLE
from gateway.demo.provider import StandIn
from gateway.identity.claims import ClaimNames, claimed_by
from gateway.identity.proof import Proof, ProviderSettings, Reason, SignInRefused
from gateway.identity.provider import Provider, connections
from tests.gateway.identity.outside import HOME, BackChannel, Browser
from tests.serving import serving

SECRET = "a/secret: 100% +odd"
CERTIFIED = Path(__file__).parents[2] / "certified_provider"
WITH_NODE = {
    **os.environ,
    # Node of our own environment first: it is there where the machine has none, or one too old.
    "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    "NODE_USE_SYSTEM_CA": "1",  # that one brings its own list of whom to trust, which may lack whom the machine trusts
}
SETTINGS = ProviderSettings(
    issuer="http://127.0.0.1",
    client_id="sightline",
    redirect_uri=f"{HOME}/signin/callback",
    post_logout_redirect_uri=f"{HOME}/signin",
    acr=("aal2",),
    amr=("otp",),
)
DEPUTY = next(person for person in PEOPLE if person.account == "officer")


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def back_channel() -> Iterator[tuple[BackChannel, str]]:
    heard = BackChannel()
    with serving(heard.app) as address:
        yield heard, f"{address}/backchannel-logout"


@pytest.fixture(scope="module")
def stand_in(back_channel: tuple[BackChannel, str]) -> Iterator[ProviderSettings]:
    client = Client(
        client_id=SETTINGS.client_id,
        redirect_uris=frozenset({SETTINGS.redirect_uri}),
        post_logout_redirect_uris=frozenset({SETTINGS.post_logout_redirect_uri}),
        backchannel_logout_uri=back_channel[1],
    )
    with serving(lambda issuer: StandIn(issuer, client, now, httpx2.AsyncHTTPTransport()).app()) as issuer:
        yield msgspec.structs.replace(SETTINGS, issuer=issuer)


@pytest.fixture(scope="session")
def certified_program() -> Path:
    """The certified provider, installed on first use: its lock has hashes, and no script of a package is run."""
    installed, lock = CERTIFIED / "node_modules" / ".package-lock.json", CERTIFIED / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(install, cwd=CERTIFIED, env=WITH_NODE, check=True)
    return CERTIFIED / "provider.mjs"


@pytest.fixture(scope="module")
def certified(certified_program: Path, back_channel: tuple[BackChannel, str]) -> Iterator[ProviderSettings]:
    told = {
        "client": {
            "client_id": SETTINGS.client_id,
            "client_secret": SECRET,
            "redirect_uris": [SETTINGS.redirect_uri],
            "post_logout_redirect_uris": [SETTINGS.post_logout_redirect_uri],
            "backchannel_logout_uri": back_channel[1],
            "backchannel_logout_session_required": True,
        },
        "people": {
            person.account: {"claims": person.claims(), "acr": person.acr, "amr": person.amr} for person in PEOPLE
        },
    }
    command = ["node", str(certified_program), json.dumps(told)]
    # It lives until its standard input ends, as it does where this block does.
    with subprocess.Popen(command, env=WITH_NODE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        issuer = program.stdout.readline().strip()
        yield msgspec.structs.replace(SETTINGS, issuer=issuer, client_secret=SECRET)


@pytest.fixture(params=["stand_in", pytest.param("certified", marks=pytest.mark.process)])
def settings(request: pytest.FixtureRequest) -> ProviderSettings:
    found: ProviderSettings = request.getfixturevalue(request.param)
    return found


@pytest.fixture
async def provider(settings: ProviderSettings) -> AsyncIterator[Provider]:
    async with connections() as way_out:
        yield Provider(settings, now, way_out)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with httpx2.AsyncClient() as http:
        yield Browser(http)


async def signed_in(provider: Provider, browser: Browser, account: str) -> Proof:
    url, attempt = await provider.begin()
    return await provider.finish(await browser.sign_in(url, account), attempt)


async def test_a_deputy_proves_who_they_are(provider: Provider, browser: Browser, settings: ProviderSettings) -> None:
    proof = await signed_in(provider, browser, "officer")

    assert (proof.issuer, proof.subject) == (settings.issuer, DEPUTY.subject)
    assert (proof.acr, proof.amr, proof.multi_factor) == ("aal2", ("pwd", "otp"), True)
    assert proof.sid


async def test_the_deputys_claims_are_understood(provider: Provider, browser: Browser) -> None:
    person = claimed_by(await signed_in(provider, browser, "officer"), ClaimNames())

    assert (person.given_name, person.family_name) == ("Rowan", "Ashgrove")
    assert (person.employer_ori, person.employer_name) == ("NC9010000", "Pinelake County Sheriff")
    assert (person.sworn, person.public_safety, person.chri_privilege, person.ncic_certified) == (True,) * 4


async def test_someone_with_a_password_alone_is_proved_but_not_by_two_factors(
    provider: Provider, browser: Browser
) -> None:
    proof = await signed_in(provider, browser, "no-mfa")

    assert (proof.acr, proof.multi_factor) == ("aal1", False)


async def test_an_answer_is_good_once(provider: Provider, browser: Browser) -> None:
    url, attempt = await provider.begin()
    brought = await browser.sign_in(url, "officer")
    await provider.finish(brought, attempt)

    with pytest.raises(SignInRefused) as caught:
        await provider.finish(brought, attempt)

    assert caught.value.reason == Reason.PROVIDER_ERROR


async def test_a_code_with_another_attempts_verifier_buys_nothing(provider: Provider, browser: Browser) -> None:
    url, attempt = await provider.begin()
    _, other = await provider.begin()
    brought = await browser.sign_in(url, "officer")

    with pytest.raises(SignInRefused) as caught:
        await provider.finish(brought, msgspec.structs.replace(attempt, verifier=other.verifier))

    assert caught.value.reason == Reason.PROVIDER_ERROR


@pytest.mark.process
async def test_a_wrong_secret_buys_nothing(certified: ProviderSettings, browser: Browser) -> None:
    async with connections() as way_out:
        provider = Provider(msgspec.structs.replace(certified, client_secret="guessed"), now, way_out)

        with pytest.raises(SignInRefused) as caught:
            await signed_in(provider, browser, "officer")

    assert caught.value.reason == Reason.PROVIDER_ERROR


async def test_signing_out_ends_the_session_everywhere_and_leads_home(
    provider: Provider, browser: Browser, back_channel: tuple[BackChannel, str]
) -> None:
    proof = await signed_in(provider, browser, "officer")
    form = await provider.end_session(proof.id_token)
    assert form is not None

    brought = await browser.sign_out(form)

    assert brought == {"state": form.fields["state"]}
    logged_out = await provider.backchannel(await back_channel[0].heard())
    assert (logged_out.issuer, logged_out.subject, logged_out.sid) == (proof.issuer, proof.subject, proof.sid)
    assert logged_out.jti


@contextmanager
def everything_logged() -> Iterator[None]:
    """Every logger there is, at its most talkative."""
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in logging.root.manager.loggerDict)]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


async def test_no_secret_of_a_sign_in_is_in_any_log(
    provider: Provider, browser: Browser, back_channel: tuple[BackChannel, str], caplog: pytest.LogCaptureFixture
) -> None:
    with everything_logged():
        url, attempt = await provider.begin()
    brought = await browser.sign_in(url, "officer")
    with everything_logged():
        proof = await provider.finish(brought, attempt)
        form = await provider.end_session(proof.id_token)
    assert form is not None
    await browser.sign_out(form)
    with everything_logged():
        await provider.backchannel(await back_channel[0].heard())

    assert caplog.records
    logged = caplog.text
    for secret in (
        attempt.state,
        attempt.nonce,
        attempt.verifier,
        brought["code"],
        SECRET,
        "eyJ",
        "Bearer",
        "Ashgrove",
    ):
        assert secret not in logged
