"""git in the shell: what it would push to Heroku, and fetch from there, it pushes to local Heroku. A configuration in the shell's
own HOME says so; the operator's own configuration and repositories are left alone.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from local_heroku.process import Running, git_host
from operations.atomic_write import replace

CONFIG = "gitconfig"
"""The shell's GIT_CONFIG_GLOBAL. Heroku's CLI writes to it too, so what is made anew each time is in a file that it includes."""
_MADE = "gitconfig-local-heroku"
_HEROKUS = ("https://git.heroku.com/", "ssh://git@heroku.com/", "git@heroku.com:")
"""Where remotes of the real Heroku lead. ssh would leave this machine otherwise."""
_HELPER = r"!f() { test \"$1\" = get && echo username=heroku && echo password=$HEROKU_API_KEY; }; f"


def write(home: Path, running: Running) -> None:
    """Remotes of Heroku, also those that a repository has already, lead to local Heroku; the commits' author stays the operator."""
    base = f"{running.secure_url or running.url}/"
    led = [*_HEROKUS, *([] if running.secure_url else [f"https://{git_host(running)}/"])]
    lines = [
        "# Made by `ops local shell`.",
        f'[url "{base}"]',
        *(f"\tinsteadOf = {address}" for address in led),
        f'[http "{base}"]',
        f'\tsslCAInfo = "{running.folder / "certificate.pem"}"',
        *_credentials(running.secure_url),
        *_credentials(running.url),
        *_author(),
    ]
    replace(home / _MADE, "".join(f"{line}\n" for line in lines))
    _include(home)


def _credentials(url: str) -> list[str]:
    """None of the machine's helpers: they would keep the token."""
    return [f'[credential "{url}"]', "\thelper =", f'\thelper = "{_HELPER}"'] if url else []


def _include(home: Path) -> None:
    config = home / CONFIG
    wanted = f"[include]\n\tpath = {_MADE}\n"
    present = config.read_text(encoding="utf-8") if config.exists() else ""
    if wanted not in present:
        replace(config, wanted + present)


def _author() -> list[str]:
    """As the operator's own configuration has it: a commit made in the shell is theirs."""
    found = [(key, _configured(f"user.{key}")) for key in ("name", "email")]
    quoted = ((key, value.replace("\\", "\\\\").replace('"', '\\"')) for key, value in found if value)
    lines = [f'\t{key} = "{value}"' for key, value in quoted]
    return ["[user]", *lines] if lines else []


def _configured(key: str) -> str:
    git = shutil.which("git")
    if git is None:
        return ""
    asked = subprocess.run([git, "config", "--global", key], capture_output=True, text=True, check=False)
    return asked.stdout.strip()
