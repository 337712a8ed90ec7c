"""The service behind nginx and Caddy, with the files of docs/proxies and a certificate of our own."""

import datetime
import shutil
import socket
import ssl
import subprocess
import time
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from websockets.exceptions import InvalidHandshake

from reading_room.together.live.bounds import Close
from scripts.harness.asked_library import AskedLibrary, some_bytes
from scripts.harness.paper_writer import PaperWriter
from scripts.harness.processes import free_port
from scripts.harness.served_library import ServedLibrary
from scripts.harness.waiting import wait_until
from tests.live.conftest import INSTALL

FILES = Path(__file__).parents[3] / "docs" / "proxies"
NAME = "library.example.uz"
MIB = 2**20
LARGE_EDIT = 900_000  # characters, in one message
SIZE = 32 * MIB
SILENT_SECONDS = 30
PART_BYTES = 200_000
SETTINGS = {"MUHR_PROXIES": "127.0.0.1", "MUHR_ADDRESS_CONNECTIONS": "4"}
NGINX = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  {text}
}}
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("behind")
    with ServedLibrary(folder, "library.test/behind", settings=SETTINGS) as library:
        yield library


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Return the files of a key and a certificate for this machine."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, private = folder / "library.pem", folder / "library.key"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem, private


def nginx(folder, port, behind, certificate):
    """Return the command of nginx with the documented file, whose names and ports are those of the test."""
    text = (FILES / "nginx.conf").read_text()
    for documented, ours in (
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("127.0.0.1:8000", behind),
        (f"/etc/ssl/{NAME}.pem", str(certificate[0])),
        (f"/etc/ssl/{NAME}.key", str(certificate[1])),
        (NAME, "localhost"),
    ):
        assert documented in text
        text = text.replace(documented, ours)
    file = folder / "nginx.conf"
    file.write_text(NGINX.format(folder=folder, text=text))
    return [_program("nginx"), "-p", str(folder), "-c", str(file)]


def caddy(folder, port, behind, certificate):
    """Return the command of Caddy with the documented file, whose names and ports are those of the test."""
    text = (FILES / "Caddyfile").read_text()
    own = f"tls {certificate[0]} {certificate[1]}"
    for documented, ours in (
        ("{\n\tservers", "{\n\tadmin off\n\tauto_https disable_redirects\n\tservers"),
        (f"\n{NAME} {{", f"\nlocalhost:{port} {{"),
        ("127.0.0.1:8000", behind),
        (f"# tls /etc/ssl/{NAME}.pem /etc/ssl/{NAME}.key", own + " #"),
    ):
        assert documented in text
        text = text.replace(documented, ours)
    file = folder / "Caddyfile"
    file.write_text(text)
    return [_program("caddy"), "run", "--adapter", "caddyfile", "--config", str(file)]


def _program(name):
    found = shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/bin")
    assert found is not None, f"there is no {name}: {INSTALL}"
    return found


@pytest.fixture(scope="module", params=[nginx, caddy], ids=["nginx", "caddy"])
def proxied(request, served, certificate, tmp_path_factory):
    """Return the library as it is reached by a proxy, and how to make TLS connections to it."""
    folder, port = tmp_path_factory.mktemp(request.param.__name__), free_port()
    behind = served.url.removeprefix("http://")
    command = request.param(folder, port, behind, certificate)
    trust = ssl.create_default_context(cafile=certificate[0])
    homes = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    process = subprocess.Popen(command, env=homes, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: _answers(port), "the proxy does not answer")
        with closing(Proxied(served, port, trust)) as library:
            yield library
    finally:
        process.terminate()
        process.wait(30)


def _answers(port):
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _enters(writer):
    with suppress(InvalidHandshake):
        return writer.connect().is_connected
    return False


class Proxied(AskedLibrary):
    """A library behind a proxy."""

    def __init__(self, served, port, trust):
        super().__init__(f"https://localhost:{port}", served.kept_token)
        self.served, self.port, self._trust = served, port, trust

    def client(self, role=None, subject=None):
        headers = {} if role is None else {"Authorization": f"Bearer {self._token(role, subject)}"}
        client = httpx.Client(
            base_url=self.url + "/api/v1",
            headers=headers,
            verify=self._trust,
            timeout=60,
            trust_env=False,
        )
        self._clients.append(client)
        return client

    def writer(self, paper, token):
        """Return somebody who writes a paper live, by the proxy, once there is room for two sockets."""
        headers = {"Authorization": f"Bearer {token}"}
        made = PaperWriter(self.url, paper, headers, self._trust)
        wait_until(lambda: _enters(made), "there is no room for a socket")
        return made

    def connect(self, address):
        """Return a TLS connection that comes from an address of this machine."""
        plain = socket.create_connection(
            ("127.0.0.1", self.port), SILENT_SECONDS, source_address=(address, 0)
        )
        return self._trust.wrap_socket(plain, server_hostname="localhost")

    def begin_upload(self, address):
        """Return a connection over which an upload has begun, of which one byte is missing."""
        connection = self.connect(address)
        lines = [
            "POST /api/v1/resources?title=A&license=CC-BY-4.0 HTTP/1.1",
            "Host: localhost",
            f"Authorization: Bearer {self.served.kept_token('registrar')}",
            "Content-Type: application/octet-stream",
            f"Content-Length: {PART_BYTES + 1}",
        ]
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + some_bytes(PART_BYTES))
        return connection


def test_a_large_upload_and_a_download_with_ranges_pass(proxied):
    data = some_bytes(SIZE)
    digest = proxied.register(data)["digest"]
    reader = proxied.registrar.post("/readers").json()
    proxied.readers = [reader["reader"]]
    proxied.grant(digest)
    headers = {"Authorization": f"Bearer {reader['token']}"}
    with proxied.client() as client:
        opened = client.post("/openings", json={"digest": digest}, headers=headers)
        assert opened.status_code == 201, opened.text
        content = proxied.url + opened.json()["content"]
        assert client.get(content, headers=headers).content == data
        part = client.get(content, headers={**headers, "Range": f"bytes=5-{MIB}"})
        assert (part.status_code, part.content) == (206, data[5 : MIB + 1])


def test_each_caller_behind_the_proxy_has_bounds_of_its_own(proxied):
    with ExitStack() as stack:

        def begin(address):
            return stack.enter_context(closing(proxied.begin_upload(address)))

        other = begin("127.0.0.3")
        crowd = []
        for _ in range(5):
            crowd.append(begin("127.0.0.2"))
            time.sleep(0.2)  # so that the first is the one silent for longest
        for connection in (other, crowd[-1]):
            connection.sendall(b"a")
            assert b" 202 " in connection.recv(4096)
        with suppress(OSError):  # Caddy answers once it has the whole body, and nginx at once
            crowd[0].sendall(b"a")
            assert b" 202 " not in crowd[0].recv(4096)


def test_a_silent_connection_ends(proxied):
    with closing(proxied.connect("127.0.0.4")) as connection, suppress(ConnectionError):
        told = connection.recv(4096)  # which fails if the proxy waits for ever
        assert told == b"" or b" 408 " in told


def test_verdicts_pass(proxied):
    with proxied.client() as client:
        assert client.get("/resources/" + "0" * 64 + "/verdict").status_code == 200


def test_a_paper_is_written_live_by_two_and_each_end_is_told(proxied):
    tokens = [proxied.registrar.post("/readers").json()["token"] for _ in range(2)]
    with proxied.client() as client:
        client.headers["Authorization"] = f"Bearer {tokens[0]}"
        project = client.post("/projects", json={"title": "A project", "name": "A"}).json()["id"]
        paper = client.post(f"/projects/{project}/papers", json={"title": "A paper"}).json()["id"]
    stranger = proxied.writer(paper, tokens[1])
    stranger.take_until(lambda: not stranger.is_connected)
    assert stranger.closed[0] == Close.NOT_FOUND
    first, again = proxied.writer(paper, tokens[0]), proxied.writer(paper, tokens[0])
    first.write(0, "behind a proxy")
    again.take_until(lambda: str(again.text) == "behind a proxy")
    again.write(0, "x" * LARGE_EDIT)
    first.take_until(lambda: len(first.text) > LARGE_EDIT)
    for one in (first, again):
        one.cut()
