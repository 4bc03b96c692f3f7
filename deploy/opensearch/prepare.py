"""Make what the activity index's cluster needs before its first start: `prepare.py FOLDER [NAME...]`.

FOLDER becomes a node's configuration, with certificates of an authority made for it, and the files that the shipper,
the verifier, the gateway and the administrator identify themselves by, each in a folder of its own under `identities`.
NAME is how nodes are reached besides `localhost` and 127.0.0.1. Nothing made here belongs into a repository; where the
state has an authority of its own, use that and the names below.
"""

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HERE = Path(__file__).parent
SERVICES = ("sightline-shipper", "sightline-verifier", "sightline-admin")
DAYS = 397  # the longest that browsers and auditors put up with


class Authority:
    """A certificate authority for one cluster. Its key is not kept: further certificates need another one."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("sightline-authority")
        made = _begun(self._name, self._name, self._key.public_key())
        self.certificate = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(
            self._key, hashes.SHA256()
        )

    def certify(self, common_name: str, names: Sequence[str] = ()) -> tuple[bytes, bytes]:
        """A certificate and its key, as PEM; of a server where `names` say how it is reached."""
        key = ec.generate_private_key(ec.SECP256R1())
        usages = [ExtendedKeyUsageOID.CLIENT_AUTH]
        made = _begun(_name(common_name), self._name, key.public_key())
        if names:
            usages.append(ExtendedKeyUsageOID.SERVER_AUTH)
            made = made.add_extension(x509.SubjectAlternativeName([_reached(name) for name in names]), critical=False)
        made = made.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        return made.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM), _pem(key)


def prepare(folder: Path, names: Sequence[str]) -> None:
    """Fill `folder`, which must not be there yet."""
    folder.mkdir(mode=0o700, parents=True)
    authority = Authority()
    trusted = authority.certificate.public_bytes(Encoding.PEM)
    _write(folder / "ca.pem", trusted)
    certificate, key = authority.certify("sightline-node", ["localhost", "127.0.0.1", *names])
    _write(folder / "node.pem", certificate)
    _write(folder / "node.key", key)
    _write(folder / "opensearch.yml", (HERE / "opensearch.yml").read_bytes())
    identities = folder / "identities"
    for service in SERVICES:
        (identities / service).mkdir(mode=0o700, parents=True)
        _write(identities / service / "identity.pem", b"".join(authority.certify(service)))
        _write(identities / service / "ca.pem", trusted)
    questions = ec.generate_private_key(ec.SECP256R1())
    (identities / "sightline-gateway").mkdir(mode=0o700)
    _write(identities / "sightline-gateway" / "questions.key", _pem(questions))
    _write(identities / "sightline-gateway" / "ca.pem", trusted)
    public = questions.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "opensearch-security").mkdir(mode=0o700)
    for file in (HERE / "security").iterdir():
        content = file.read_text().replace("@QUESTIONS_KEY@", public.decode().strip().replace("\n", "\\n"))
        _write(folder / "opensearch-security" / file.name, content.encode())


def _begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key,
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(minutes=5),
        not_valid_after=now + timedelta(days=DAYS),
    )


def _name(common_name: str) -> x509.Name:
    organization = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Sightline")
    return x509.Name([organization, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _reached(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    prepare(Path(sys.argv[1]), sys.argv[2:])
