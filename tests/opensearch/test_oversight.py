"""Through the gateway's door to the real cluster: auditors see what they may, are told when they cannot be told all,
and nothing that leaks is ever asked.
"""

import asyncio
import json
import re
import ssl
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from audit.index import Scope, Wanted, query
from audit.index.cluster import Cluster
from audit.index.opensearch import OpenSearchIndex
from audit.ship import Shipper
from deploy.opensearch.prepare import Authority
from gateway.app import CannotStart, application
from gateway.settings import Index
from tests.opensearch.months import Months, questions_key
from tests.opensearch.server import OpenSearch
from tests.world import HOLLIS, Browser, World

PINELAKE, MARLOW = "NC9010000", "NC9020100"
PRINT = {"recipient": "A. Clerk", "recipient_agency": "Marlow Police"}


class Day:
    """Officers of two agencies looked up the same man and printed what they found; all of it is shipped."""

    def __init__(self, world: World, months: Months) -> None:
        self.world = world
        self.months = months
        self.auditor, self.statewide = world.signed_in("auditor"), world.signed_in("statewide")
        self.copies: dict[str, str] = {}
        for account, agency in (("officer", PINELAKE), ("officer2", MARLOW)):
            browser = world.signed_in(account)
            handle = browser.ask()["sources"][0]["records"][0]["handle"]
            self.copies[agency] = browser.post("/prints", {"handle": handle, **PRINT}).headers["x-sightline-copy"]
        self.ship()

    def ship(self) -> None:
        async def catch_up() -> None:
            months = Months(self.months.server, self.world.folder, self.months.name)
            await Shipper(self.world.folder / "journal", months.intake).catch_up()
            await months.close()

        asyncio.run(catch_up())
        self.months.refresh()

    def found(self, browser: Browser, path: str = "/activity", **form: str) -> list[dict[str, Any]]:
        answer = browser.post(path, form, accept="application/json")
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["events"]
        return found


@pytest.fixture(scope="module")
def day(opensearch: OpenSearch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    folder = tmp_path_factory.mktemp("oversight")
    months = Months(opensearch, folder)
    index = Index(
        url=opensearch.url,
        authority_file=opensearch.identities / "sightline-gateway" / "ca.pem",
        questions_key_file=questions_key(opensearch),
        check_every_s=0.05,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gateway.oversight.indexes.OpenSearchIndex", partial(OpenSearchIndex, months=months.name))
        with World(folder, index=index).running() as world:
            yield Day(world, months)


WAYS = [
    ("/activity", {}),
    ("/activity", {"agency": MARLOW}),
    ("/activity", {"case": HOLLIS["case_number"]}),
    ("/activity", {"source": "dmv"}),
    ("/activity", {"action": "document.print"}),
    ("/activity/subject", {"surname": "Hollis", "given_name": "Merrick"}),
]


@pytest.mark.opensearch
@pytest.mark.parametrize(("path", "form"), WAYS)
def test_an_agencys_auditor_sees_that_agency_alone_and_the_bureaus_sees_all(
    day: Day, path: str, form: dict[str, str]
) -> None:
    ours, everybodys = (day.found(browser, path, **form) for browser in (day.auditor, day.statewide))

    assert {event["organization"]["id"] for event in ours} <= {PINELAKE}
    assert MARLOW in {event.get("organization", {}).get("id") for event in everybodys}


@pytest.mark.opensearch
def test_who_saw_somebody_is_found_with_the_print(day: Day) -> None:
    found = day.found(day.statewide, "/activity/subject", surname="Hollis", given_name="Merrick")

    assert {"search.request", "search.disclose", "document.print"} <= {event["event"]["action"] for event in found}


@pytest.mark.opensearch
def test_what_is_found_is_what_the_journal_holds(day: Day) -> None:
    found = day.found(day.statewide, size="500")
    journalled = {event["event"]["sequence"]: event for event in day.world.events()}

    assert found
    assert all(event == journalled[event["event"]["sequence"]] for event in found)


@pytest.mark.opensearch
def test_a_copy_is_told_of_to_whom_it_may_be(day: Day) -> None:
    def told(browser: Browser, agency: str) -> int:
        answer = browser.get(f"/activity/prints/{day.copies[agency]}", "application/json")
        return len(answer.json()["events"])

    assert [told(day.auditor, MARLOW), told(day.auditor, PINELAKE), told(day.statewide, MARLOW)] == [0, 1, 1]


@pytest.mark.opensearch
def test_readiness_says_how_far_the_index_is_behind_and_stays_green(day: Day) -> None:
    answer = day.world.browser().get("/readyz")

    assert answer.status_code == 200
    assert {"index_lag_s", "index_backlog"} <= set(answer.json())


# A cluster that does not answer, or not wholly


ANSWERS = {
    "some parts": {"timed_out": False, "_shards": {"total": 12, "successful": 11, "failed": 0}, "hits": {"hits": []}},
    "a failed part": {"timed_out": False, "_shards": {"total": 2, "successful": 2, "failed": 1}, "hits": {"hits": []}},
    "too slow": {"timed_out": True, "_shards": {"total": 1, "successful": 1, "failed": 0}, "hits": {"hits": []}},
    "nonsense": {},
}


@pytest.fixture
def answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: Path) -> Iterator[Any]:
    """A gateway whose cluster answers every search with one thing; gives what it was asked, too."""
    said: dict[str, Any] = {"status": 200, "asked": []}

    def answer(request: httpx2.Request) -> httpx2.Response:
        said["asked"].append(request)
        if "point_in_time" in request.url.path:
            return httpx2.Response(200, json={"pit_id": "p"})
        return httpx2.Response(said["status"], json=said["answer"])

    monkeypatch.setattr("gateway.oversight.indexes.trusting", lambda _authority: True)
    monkeypatch.setattr(
        "gateway.oversight.indexes.Cluster",
        lambda url, trust, **_: Cluster(url, trust, transport=httpx2.MockTransport(answer)),
    )
    with World(
        tmp_path, index=Index(url="https://index.test", authority_file=key, questions_key_file=key)
    ).running() as w:
        said["auditor"] = w.signed_in("auditor")
        yield said


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from joserfc.jwk import ECKey

    path = tmp_path_factory.mktemp("key") / "questions.key"
    path.write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
    return path


@pytest.mark.parametrize("what", ANSWERS)
def test_a_part_of_an_answer_is_an_error_and_is_never_shown(answered: Any, what: str) -> None:
    answered["answer"] = ANSWERS[what]

    page = answered["auditor"].post("/activity", {}, accept="application/json")

    assert (page.status_code, page.json()["title"]) == (503, "The activity record cannot be searched now")


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_what_a_cluster_says_when_it_refuses_is_repeated_nowhere(
    answered: Any, status: int, capfd: pytest.CaptureFixture[str]
) -> None:
    answered["status"], answered["answer"] = status, {"error": {"type": "x_exception", "reason": "near Quisenberry"}}

    page = answered["auditor"].post("/activity/subject", {"surname": "Quisenberry", "given_name": "Ann"})

    assert page.status_code == 503
    said = capfd.readouterr()
    assert "Quisenberry" not in said.out + said.err


@pytest.mark.parametrize(
    ("authority", "questions", "said"),
    [
        ("not PEM", None, "is not the certificate of an authority"),
        (None, "not PEM", "does not hold a key to sign with"),
    ],
)
def test_a_gateway_without_a_usable_certificate_or_key_does_not_start(
    world: World, key: Path, authority: str | None, questions: str | None, said: str
) -> None:
    files = {}
    for name, content in (("authority_file", authority), ("questions_key_file", questions)):
        files[name] = world.folder / name
        files[name].write_text(content or (certificate() if name == "authority_file" else key.read_text()))
    index = Index(url="https://index.test", **files)

    with pytest.raises(CannotStart, match=said):
        application(msgspec.structs.replace(world.settings, index=index), connectors=world.connectors)


def certificate() -> str:
    """Of some authority."""
    return Authority().certificate.public_bytes(Encoding.PEM).decode()


async def test_pages_go_on_when_the_cluster_keeps_too_many_points_in_time(key: Path) -> None:
    asked = []
    hit = {"_source": {"event": {"sequence": 7}}, "sort": [10**18, 7, "0" * 32]}

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.path)
        if "point_in_time" in request.url.path:
            return httpx2.Response(429, json={"error": {"type": "search_phase_execution_exception"}})
        shards = {"total": 1, "successful": 1, "failed": 0}
        return httpx2.Response(200, json={"timed_out": False, "_shards": shards, "hits": {"hits": [hit, hit]}})

    cluster = Cluster("https://index.test", ssl.create_default_context(), transport=httpx2.MockTransport(answer))
    index = OpenSearchIndex(cluster, key)
    first = await index.events(Scope(statewide=True), Wanted(), size=1)
    second = await index.events(Scope(statewide=True), Wanted(), after=first.next, size=1)

    assert second.next
    assert asked == ["/sightline-*/_search", "/sightline-*/_search/point_in_time", "/sightline-*/_search"]
    await index.close()


# Nothing that leaks is built


def asked_of(wanted: Wanted) -> str:
    """Every body there is for a question, as text."""
    scope = Scope(frozenset({PINELAKE}))
    words = ("hour", "day", "agency", "purpose", "action", "officer")
    return json.dumps(
        [query.page(scope, wanted, 10, None), *(query.counting(scope, wanted, by, "UTC", None) for by in words)]
    )


LEAKS = ("min_doc_count", "global", "suggest", "significant", "script", "runtime", "profile", "query_string", "regexp")


def test_none_of_the_known_leaks_is_in_any_body() -> None:
    wanted = Wanted(officer="o", agency="a", actions=("x",), source="dmv", case="c", print_id="p", purpose="C")

    assert not re.search("|".join(LEAKS), asked_of(wanted))


@pytest.mark.parametrize("typed", ['{"global": {}}', '"}}, "suggest": {"', "dmv.*", "_all", "cj.detail.ct", "a b", ""])
def test_what_is_typed_is_a_value_and_never_a_part_of_a_query(typed: str) -> None:
    def shape(body: Any) -> Any:
        if isinstance(body, dict):
            return {name: shape(part) for name, part in body.items()}
        return [shape(part) for part in body] if isinstance(body, list) else type(body)

    def bodies(text: str) -> Any:
        values = dict.fromkeys(("officer", "agency", "case", "print_id", "purpose"), text)
        return shape(json.loads(asked_of(Wanted(**values, actions=(text,), tokens=(text,), query_ids=(text,)))))

    assert bodies(typed) == bodies("ordinary")


@pytest.mark.parametrize("typed", ["dmv.*", "dmv.outcome", "*", "a b", "", '"', "dmv\n"])
def test_a_source_that_is_no_name_matches_nothing(typed: str) -> None:
    body = query.matching(Scope(statewide=True), Wanted(source=typed))

    assert body == {"bool": {"filter": [{"match_none": {}}]}}
