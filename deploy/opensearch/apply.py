"""Give a running cluster its roles and the shape of every month: `apply.py URL IDENTITY`.

IDENTITY is the folder of the administrator that prepare.py made: `identity.pem` and `ca.pem`. Doing it again changes
nothing; the first refusal ends it.
"""

import json
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPSHandler, Request, build_opener

HERE = Path(__file__).parent


def apply(url: str, identity: Path) -> None:
    """Put everything, in an order in which each finds what it names. Raises `SystemExit` with a reason."""
    trust = ssl.create_default_context(cafile=str(identity / "ca.pem"))
    trust.load_cert_chain(identity / "identity.pem")
    opener = build_opener(HTTPSHandler(context=trust))
    for path, content in _everything():
        request = Request(f"{url}{path}", json.dumps(content).encode(), method="PUT")  # noqa: S310 an operator's own URL
        request.add_header("content-type", "application/json")
        try:
            opener.open(request, timeout=60).close()
        except HTTPError as refused:
            sys.exit(f"PUT {path}: {refused.status} {refused.read(2000).decode(errors='replace')}")


def _everything() -> Iterator[tuple[str, object]]:
    for kind, file in (("roles", "roles.json"), ("rolesmapping", "roles_mapping.json")):
        for name, content in json.loads((HERE / file).read_text()).items():
            yield f"/_plugins/_security/api/{kind}/{name}", content
    yield "/_index_template/sightline", json.loads((HERE / "index_template.json").read_text())


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    apply(sys.argv[1].rstrip("/"), Path(sys.argv[2]))
