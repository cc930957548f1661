"""A folder of its own for every test, small sites as targets, and one whole scan that many tests read."""

import datetime as dt
import ipaddress
import os

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.sites.echo import echo
from vedette.cli.main import main


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The current folder: empty, and without settings of ours in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("VEDETTE_"):
            monkeypatch.delenv(name)
    # Most of these tests are not about what a browser adds, and starting one for each takes long.
    monkeypatch.setenv("VEDETTE_CHROMIUM", "none")
    return tmp_path


@pytest.fixture
def site():
    with echo() as served:
        yield served


@pytest.fixture(scope="session")
def scanned(tmp_path_factory):
    """A finished scan of the echo site: the folder with its events file and its JSON report."""
    place = tmp_path_factory.mktemp("scanned")
    with echo() as served, pytest.MonkeyPatch.context() as patch:
        patch.setenv("VEDETTE_CHROMIUM", "none")
        code = main(["scan", served.url, "-q", "--json", str(place / "r.json"), "--events", str(place / "e.jsonl")])
    assert code == 0
    return place


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A self-signed certificate for 127.0.0.1, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    start = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return path
