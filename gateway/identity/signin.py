"""From a proof to a session: who this is for us, which gate stops them if any, written down, then let in.

Proof first, permission second: whoever the provider vouches for gets a session. Someone who is stopped at a gate can
do three things with it: read why, see whom to ask, and sign out.
"""

import hashlib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from audit.events import Action, Actor, Event
from audit.recorder import Recorder
from gateway.directory import gates
from gateway.directory.gates import Stopped
from gateway.directory.people import Member
from gateway.directory.store import Directory
from gateway.identity.claims import Claimed, ClaimNames, claimed_by
from gateway.identity.principal import principal_of
from gateway.identity.proof import Proof
from gateway.identity.sessions import Key, Session, Sessions, new_id
from gateway.identity.visit import Origin, actor


class SignIn:
    """Lets people in and out; every time, the record says so first."""

    def __init__(
        self,
        directory: Directory,
        sessions: Sessions,
        recorder: Recorder,
        clock: Callable[[], datetime],
        *,
        claim_names: ClaimNames,
        absolute_s: int,
        dormant_days: int,
    ) -> None:
        self._directory = directory
        self._sessions = sessions
        self._recorder = recorder
        self._clock = clock
        self._claim_names = claim_names
        self._absolute_s = absolute_s
        self._dormant_days = dormant_days

    async def enter(self, proof: Proof, origin: Origin, idle_s: int) -> str:
        """The cookie of a new session. Raises `ClaimRefused`, `CannotRecord` or `SessionsUnavailable`."""
        claimed = claimed_by(proof, self._claim_names)
        now = self._clock()
        member = await self._directory.member(proof.issuer, proof.subject, claimed.employer_ori or "")
        today = now.astimezone(ZoneInfo(member.agency.zone if member else "UTC")).date()
        stopped = gates.first_closed(
            member, multi_factor=proof.multi_factor, today=today, dormant_days=self._dormant_days
        )
        cookie = new_id()
        key = Key.of(cookie)
        who = _actor(member, proof, claimed, origin, today, key.token)
        await self._recorder.append(Event(action=Action.SESSION_LOGIN, actor=who, trace_id=origin.trace_id))
        entry = None
        if stopped is not None:
            denied = Event(
                action=Action.ACCESS_DENIED,
                outcome="failure",
                reason=f"gate.{stopped.gate}",
                actor=who,
                trace_id=origin.trace_id,
            )
            entry = (await self._recorder.append(denied)).sequence
        elif member is not None:
            await self._directory.used(member.id, today)
        session = Session(
            principal=None if member is None or stopped else principal_of(member, proof, claimed, today),
            stopped=stopped,
            stopped_entry=entry,
            who=who,
            agency_name=member.agency.name if member else claimed.employer_name,
            zone=member.agency.zone if member else None,
            agreed=False,
            issuer=proof.issuer,
            subject=proof.subject,
            provider_session=proof.sid,
            id_token=proof.id_token,
            expires_at=self._ends(member, stopped, now),
        )
        await self._sessions.begin(key, session, idle_s)
        return cookie

    async def agree(self, key: Key, session: Session, origin: Origin, notice: str) -> None:
        """Someone acknowledged the notice; the record holds the hash of the text they saw (CJIS AC-8)."""
        digest = hashlib.sha256(notice.encode()).hexdigest()
        await self._recorder.append(
            Event(action=Action.POLICY_ACK, actor=_from(session, origin), trace_id=origin.trace_id, notice=digest)
        )
        await self._sessions.replace(key, session.agree())

    async def leave(self, key: Key, session: Session, origin: Origin) -> None:
        """End one session here, then write that down: if the record fails, the session is over all the same."""
        await self._sessions.end(key)
        left = Event(action=Action.SESSION_LOGOUT, actor=_from(session, origin), trace_id=origin.trace_id)
        await self._recorder.append(left)

    async def revoke(self, issuer: str, *, provider_session: str | None, subject: str | None, trace_id: str) -> None:
        """The provider ended someone's sessions: end ours, then write down which."""
        ended = await self._sessions.end_all(issuer, provider_session=provider_session, subject=subject)
        told: dict[str, str | int] = {"sessions": len(ended), "session": " ".join(ended)}
        revoked = Event(action=Action.SESSION_REVOKE, reason="provider.logout", trace_id=trace_id, system=told)
        await self._recorder.append(revoked)

    async def failed(self, reason: str, origin: Origin) -> int:
        """Record a sign-in that proved nothing; returns the entry that says so."""
        event = Event(action=Action.SESSION_FAIL, outcome="failure", reason=reason, trace_id=origin.trace_id)
        return (await self._recorder.append(event)).sequence

    def _ends(self, member: Member | None, stopped: Stopped | None, now: datetime) -> datetime:
        """The absolute end: never past the day on which a gate closes by itself."""
        longest = now + timedelta(seconds=self._absolute_s)
        if member is None or stopped is not None:
            return longest
        closes = datetime.combine(gates.open_until(member) + timedelta(days=1), time(), ZoneInfo(member.agency.zone))
        return min(longest, closes)


def _actor(member: Member | None, proof: Proof, claimed: Claimed, origin: Origin, today: date, session: str) -> Actor:
    if member is not None:
        return actor(principal_of(member, proof, claimed, today), origin, session)
    # Nobody lists them, so there is no id of ours; a digest tells two strangers apart and names neither.
    stranger = hashlib.sha256(f"{proof.issuer}\0{proof.subject}".encode()).hexdigest()[:32]
    name = " ".join(part for part in (claimed.given_name, claimed.family_name) if part)
    return Actor(
        id=stranger,
        name=name or "unlisted",
        roles=(),
        ori=claimed.employer_ori or "",
        ip=origin.ip,
        acr=proof.acr,
        amr=proof.amr,
        session=session,
    )


def _from(session: Session, origin: Origin) -> Actor:
    """Whose session it is, acting from where this request came from."""
    return msgspec.structs.replace(session.who, ip=origin.ip)
