"""A certificate for loopback and the apps' hosts: Heroku's CLI downloads backups and opens terminals over TLS only.

Made by `openssl`, once per folder, and again when an older one lacks a name. Only a client that is told to trusts it.
"""

from __future__ import annotations

import logging
import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CERTIFICATE = "certificate.pem"
_KEY = "certificate.key"
NAMES = "IP:127.0.0.1,DNS:localhost,DNS:*.herokuapp.com"
"""Apps answer over https under their own names, so `curl https://NAME.herokuapp.com/` can be typed as it is written."""
_NAMES_FILE = "certificate.names"
_DAYS = "3650"
_log = logging.getLogger("local_heroku")


def context(folder: Path) -> ssl.SSLContext | None:
    """TLS for this folder's server; None without `openssl`, and then backups are offered over http only."""
    certificate, key = folder / CERTIFICATE, folder / _KEY
    names = folder / _NAMES_FILE
    known = certificate.exists() and key.exists() and names.exists() and names.read_text() == NAMES
    if not known:
        if not _make(certificate, key):
            return None
        names.write_text(NAMES)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate, key)
    return made


def _make(certificate: Path, key: Path) -> bool:
    """A self-signed certificate for loopback and the apps; its key is as private as the folder."""
    openssl = shutil.which("openssl")
    if openssl is None:
        _log.warning(
            "no openssl: backups are offered over http, which `heroku pg:backups:download` does not take"
        )
        return False
    command = [
        openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", _DAYS,
        "-subj", "/CN=Local Heroku", "-addext", f"subjectAltName={NAMES}",
        "-keyout", str(key), "-out", str(certificate),
    ]  # fmt: skip
    made = subprocess.run(command, capture_output=True, check=False, umask=0o077)
    if made.returncode:
        _log.warning("openssl failed: %s", made.stderr.decode(errors="replace").strip()[-300:])
    return made.returncode == 0
