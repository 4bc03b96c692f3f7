"""Signing in and out: to the identity provider and back, with an attempt a browser keeps the key of, used once."""

import hashlib
from dataclasses import dataclass

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from gateway.boundary import caller as callers
from gateway.boundary import forms
from gateway.boundary.caller import ATTEMPT, SESSION, Caller
from gateway.boundary.html import Html, Problem
from gateway.identity.claims import ClaimRefused
from gateway.identity.proof import ATTEMPT_LIVES_S, REMEMBER_JTI_S, Attempt, Proof, Reason, SignInRefused
from gateway.identity.provider import Provider
from gateway.identity.sessions import Key, Sessions, new_id
from gateway.identity.signin import SignIn
from gateway.logs import log


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """What signing in and out needs. The idle times are seconds, on a desktop and on anything else."""

    provider: Provider
    sessions: Sessions
    signin: SignIn
    html: Html
    idle_s: int
    idle_handheld_s: int


_MOST_ATTEMPTS = 8  # sign-ins one browser may have under way: one a tab
_ATTEMPTS = "attempts"


async def begin(request: Request, *, entrance: Entrance) -> Response:
    """GET /signin: send the browser to the provider; the attempt stays here, under a key only the browser has."""
    cookie = request.cookies.get(ATTEMPT, "")
    key = Key.read(cookie)
    if key is None:
        cookie = new_id()
        key = Key.of(cookie)
    try:
        address, attempt = await entrance.provider.begin()
    except SignInRefused as refused:
        log.warning("signin.cannot_begin", reason=refused.reason.value)
        raise _unanswered(refused.reason) from refused
    under_way = [attempt, *await _attempts(entrance.sessions, key)][:_MOST_ATTEMPTS]
    await entrance.sessions.keep(key, _ATTEMPTS, msgspec.json.encode(under_way), ATTEMPT_LIVES_S)
    response = RedirectResponse(address, 303)
    callers.set_cookie(response, ATTEMPT, cookie, ATTEMPT_LIVES_S)
    return response


async def callback(request: Request, *, entrance: Entrance) -> Response:
    """GET /signin/callback: take the proof, write it down, start the session."""
    origin = callers.origin(request)
    key = Key.read(request.cookies.get(ATTEMPT))
    state = request.query_params.get("state", "")
    attempts = [] if key is None else await _attempts(entrance.sessions, key)
    attempt = next((attempt for attempt in attempts if attempt.state == state), None)
    try:
        proof = await _proof(request, attempt, entrance)
        idle_s = entrance.idle_s if origin.device == "desktop" else entrance.idle_handheld_s
        cookie = await entrance.signin.enter(proof, origin, idle_s)
    except SignInRefused as refused:
        entry = await entrance.signin.failed(refused.reason.value, origin)
        log.warning("signin.refused", reason=refused.reason.value)
        raise _unanswered(refused.reason, entry) from refused
    except ClaimRefused as refused:
        entry = await entrance.signin.failed(f"claim.{refused.attribute}", origin)
        raise Problem(
            403,
            "The state's identity service sent something Sightline cannot read",
            f"What it says as your {refused.attribute.replace('_', ' ')} is not usable. Ask your site administrator.",
            rule=f"claim.{refused.attribute}",
            entry=entry,
        ) from refused
    log.info("signin", outcome="success")
    response = RedirectResponse("/", 303)
    callers.set_cookie(response, SESSION, cookie)
    return response


async def _proof(request: Request, attempt: Attempt | None, entrance: Entrance) -> Proof:
    if attempt is None or not await entrance.sessions.once(_digest("state", attempt.state), ATTEMPT_LIVES_S):
        raise SignInRefused(Reason.STATE_MISMATCH)
    return await entrance.provider.finish(dict(request.query_params), attempt)


async def leave(request: Request, caller: Caller, *, entrance: Entrance) -> Response:
    """POST /signout: end the session here, then give the browser a form that ends it at the provider."""
    if caller.key is None or caller.session is None:
        raise TypeError("the guard lets nobody in without a session")
    id_token = caller.session.id_token
    await entrance.signin.leave(caller.key, caller.session, caller.origin)
    try:
        there = await entrance.provider.end_session(id_token)
    except SignInRefused:
        there = None  # the provider is down; here the session is over
    request.scope["caller"] = Caller(origin=caller.origin)
    response = entrance.html.page(request, "signed-out.html", there=there)
    callers.drop_cookie(response, SESSION)
    callers.drop_cookie(response, ATTEMPT)
    return response


async def left(request: Request, *, entrance: Entrance) -> Response:
    """GET /signed-out: where the provider sends people back to. Whatever `state` it brings, they are signed out."""
    return entrance.html.page(request, "signed-out.html", there=None)


async def backchannel(request: Request, *, entrance: Entrance) -> Response:
    """POST /backchannel-logout: the provider itself says that someone's session is over (its token is signed)."""
    token = (await forms.fields(request)).get("logout_token", "")
    try:
        told = await entrance.provider.backchannel(token)
    except SignInRefused as refused:
        log.warning("backchannel.refused", reason=refused.reason.value)
        return PlainTextResponse(refused.reason.value, 400)
    used = _digest("jti", told.jti)
    if await entrance.sessions.was_seen(used):
        return PlainTextResponse("replayed", 400)
    trace_id = callers.origin(request).trace_id
    await entrance.signin.revoke(told.issuer, provider_session=told.sid, subject=told.subject, trace_id=trace_id)
    # Only now: what could not be done is told again, and must not be taken for a replay then.
    await entrance.sessions.once(used, REMEMBER_JTI_S)
    return PlainTextResponse("")


async def _attempts(sessions: Sessions, key: Key) -> list[Attempt]:
    kept = await sessions.kept(key, _ATTEMPTS)
    return [] if kept is None else msgspec.json.decode(kept, type=list[Attempt])


def _digest(kind: str, text: str) -> str:
    return f"{kind}:{hashlib.sha256(text.encode()).hexdigest()}"


def _unanswered(reason: Reason, entry: int | None = None) -> Problem:
    if reason is Reason.PROVIDER_DOWN:
        return Problem(
            503,
            "The state's identity service does not answer",
            "Nobody can sign in just now. Use your dispatcher or radio, and try again in a minute.",
            entry=entry,
            template="signin-failed.html",
        )
    return Problem(
        403,
        "You are not signed in",
        "The answer of the state's identity service could not be accepted. Sign in again; if it happens again, call "
        "operations.",
        rule=f"signin.{reason.value}",
        entry=entry,
        template="signin-failed.html",
    )
