"""A cluster in this process that keeps documents as the real one does, and fails when and how it is told to."""

import json
import ssl
from collections.abc import Callable
from typing import Any

import httpx2
import msgspec

from audit.index.cluster import Cluster

QUOTED = "failed to parse field of type [ip] in document. Preview of field's value: 'Quisenberry'"
Fault = Callable[[httpx2.Request], httpx2.Response | None]


class Imitation:
    """What it holds, by index and id; `faults` are asked first, one for each bulk request, until there is none."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], bytes] = {}
        self.faults: list[Fault | dict[int, tuple[int, str]]] = []
        self.requests: list[httpx2.Request] = []
        self.refuses: Callable[[dict[str, Any]], str | None] = lambda _document: None

    def cluster(self) -> Cluster:
        """The way to it."""
        return Cluster("https://index.test", ssl.create_default_context(), transport=httpx2.MockTransport(self._answer))

    def entries(self) -> dict[str, bytes]:
        """What it holds, by id."""
        return {id_: document for (_, id_), document in self.held.items()}

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        if request.url.path == "/_mget":
            wanted = json.loads(request.content)["docs"]
            return _json({"docs": [self._got(one["_index"], one["_id"]) for one in wanted]})
        fault = self.faults.pop(0) if self.faults else {}
        if not isinstance(fault, dict):
            answer = fault(request)
            if answer is not None:
                return answer
            fault = {}
        lines = request.content.splitlines()
        items = [
            {
                "create": fault_of(fault[place])
                if place in fault
                else self._created(json.loads(head)["create"], document)
            }
            for place, (head, document) in enumerate(zip(lines[::2], lines[1::2], strict=True))
        ]
        return _json({"items": items})

    def apply(self, request: httpx2.Request) -> None:
        """Do what a request says, and tell nobody."""
        lines = request.content.splitlines()
        for head, document in zip(lines[::2], lines[1::2], strict=True):
            self._created(json.loads(head)["create"], document)

    def _created(self, head: dict[str, str], document: bytes) -> dict[str, Any]:
        if why := self.refuses(json.loads(document)):
            return fault_of((400, why))
        place = head["_index"], head["_id"]
        if place in self.held:
            return fault_of((409, "version_conflict_engine_exception"))
        self.held[place] = document
        return {"status": 201}

    def _got(self, index: str, id_: str) -> dict[str, Any]:
        found = self.held.get((index, id_))
        return {"found": False} if found is None else {"found": True, "_source": msgspec.Raw(found)}


def fault_of(fault: tuple[int, str]) -> dict[str, Any]:
    """What became of one entry that was not created."""
    return {"status": fault[0], "error": {"type": fault[1], "reason": QUOTED}}


def answering(status: int, kind: str = "some_exception") -> Fault:
    """A whole request that is refused."""
    return lambda _request: _json({"error": {"type": kind, "reason": QUOTED}, "status": status}, status)


def breaking(error: type[httpx2.HTTPError]) -> Fault:
    """A request that never arrives."""

    def fault(request: httpx2.Request) -> httpx2.Response:
        raise error(QUOTED, request=request)

    return fault


def _json(content: Any, status: int = 200) -> httpx2.Response:
    return httpx2.Response(status, content=msgspec.json.encode(content))
