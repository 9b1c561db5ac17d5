"""12 secrets in 12 places of the account, the shell and the machine; no command shows one, in any form of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_heroku import process
from tests.canaries import leaks
from tests.engine.live.account import APP, Rehearsed, by_hand_database_url, config, patch, post

pytestmark = pytest.mark.engine

BY_HAND = {
    "a secret set by hand": "canary-01-of-a-secret",
    "an optional secret": "canary-02-of-the-mail",
    "a wrong value of a declared var": "canary-03-of-a-plain-var",
    "an undeclared var": "canary-04-of-an-unknown-var",
    "user info in an address": "canary-05-in-an-address",
    "the user info of a log drain": "canary-06-of-a-drain",
    "the path of a log drain": "canary-07-in-a-path",
    "the path of a webhook": "canary-08-of-a-webhook",
    "the user info of a buildpack": "canary-09-of-a-buildpack",
    "DATABASE_URL set by hand": "canary-by-hand",
}
READS: tuple[tuple[str, ...], ...] = (
    ("verify",),
    ("verify", "--json"),
    ("drift",),
    ("drift", "--json"),
    ("gate",),
    ("gate", "--json"),
    ("check", "--on", "state"),
    ("adopt", "production"),
    ("local", "status"),
    ("pulumi", "production", "stack", "export"),
    ("adopt", "no-such-stack"),
)
FORMS = ("markdown", "html", "junit", "sarif")


def plant(rehearsed: Rehearsed) -> list[str]:
    """All that are in the account, and the two that are of the machine: the token and the passphrase."""
    names = [*BY_HAND.values()]
    for change in (
        by_hand_database_url,
        config(
            SECRET_KEY_BASE=names[0],
            SMTP_PASSWORD=names[1],
            RAILS_ENV=names[2],
            OF_NOBODY=names[3],
            VITE_API_URL=f"https://user:{names[4]}@api.example/v1",
        ),
        post("/log-drains", url=f"https://user:{names[5]}@logs.example/{names[6]}"),
        post("/webhooks", url=f"https://hook.example/{names[7]}", level="notify", include=["api:release"]),
        patch("", maintenance=True),
        lambda client: client.request(
            "PUT",
            f"{APP}/buildpack-installations",
            {"updates": [{"buildpack": f"https://user:{names[8]}@git.example/buildpack"}]},
        ),
    ):
        rehearsed.edit(change)
    folder = rehearsed.checkout.folder / ".local"
    running = process.status(rehearsed.account)
    assert running is not None
    return [*names, running.token, (folder / "pulumi" / "passphrase").read_text()]


def test_no_command_shows_any_of_twelve_secrets_in_any_form(rehearsed: Rehearsed, tmp_path: Path) -> None:
    secrets = plant(rehearsed)
    assert len({*secrets}) == 12
    local = rehearsed.checkout.folder / ".local"
    before = {path: path.stat().st_mtime_ns for path in local.rglob("*") if path.is_file()}
    for command in READS:
        shown = rehearsed.checkout.ops(*command, *_written_to(command, tmp_path), expected=None)
        assert len(shown) > 20, command
        assert leaks(shown, secrets) == [], command
    written = [*tmp_path.iterdir()]
    assert len(written) >= 2 * len(FORMS) - 1
    written += [
        path
        for path in local.rglob("*")
        if path.is_file()
        and rehearsed.account not in path.parents
        and before.get(path) != path.stat().st_mtime_ns
    ]
    assert [(path.name, found) for path in written if (found := leaks(path.read_bytes(), secrets))] == []


def _written_to(command: tuple[str, ...], folder: Path) -> list[str]:
    """Every form of what a judge says, in a file each; in the same run, as a run is dear."""
    forms = {"verify": FORMS[:3], "drift": FORMS[:3], "gate": FORMS}.get(command[0], ())
    taken = forms if len(command) == 1 else ()
    return [word for form in taken for word in (f"--{form}", str(folder / f"{command[0]}.{form}"))]
