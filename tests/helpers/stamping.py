"""A time-stamping authority on this machine: OpenSSL's own responder behind a web address."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

CONFIG = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[of_ca]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[of_tsa]
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[req]
distinguished_name = nobody
[nobody]
"""


def openssl(*words, folder, given=b""):
    done = subprocess.run(["openssl", *words], cwd=folder, input=given, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def certify(folder):
    """An authority's own certificate, and that of the service that it lets stamp. Returns the first."""
    (folder / "config").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01")
    new = ("-config", "config", "-newkey", "rsa:2048", "-nodes")
    openssl(
        *("req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30"),
        *("-subj", "/CN=Test authority", "-extensions", "of_ca"),
        folder=folder,
    )
    openssl("req", *new, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Test stamps", folder=folder)
    openssl(
        *("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"),
        *("-out", "tsa.pem", "-days", "30", "-extfile", "config", "-extensions", "of_tsa"),
        folder=folder,
    )
    return folder / "ca.pem"


@contextmanager
def authority(folder):
    """Yields a server with `address`, `certificate` and `asked`; `answer`, where set, is given instead."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl here: apt-get install openssl")
    folder.mkdir()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            query = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.asked.append((self.headers["Content-Type"], query))
            if self.server.answer is None:
                (folder / "query").write_bytes(query)
                openssl(
                    "ts", "-reply", "-config", "config", "-queryfile", "query", "-out", "reply", folder=folder
                )
                status, body = 200, (folder / "reply").read_bytes()
            else:
                status, body = self.server.answer
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.asked, server.answer, server.certificate = [], None, certify(folder)
        server.address = f"http://127.0.0.1:{server.server_port}/stamps"
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
