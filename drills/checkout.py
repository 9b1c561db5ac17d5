"""A checkout of the app's source for a drill whose fix is a push: the frontend was built, and what it made was not committed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from operations.errors import OperationError

_BUILD = (
    "mkdir -p dist/assets && echo 'console.log(2)' > dist/assets/index-2.js && touch dist/assets/index-2.css"
)
FRONTEND: Mapping[str, str] = {
    "public/index.html": '<link rel="stylesheet" href="/assets/index-2.css">\n<script type="module" src="/assets/index-2.js"></script>\n',
    "public/assets/index-1.css": "\n",
    "public/assets/index-1.js": "console.log(1)\n",
    "social-catering-ui/package.json": json.dumps(
        {"name": "social-catering-ui", "scripts": {"build": _BUILD}}
    ),
    ".gitignore": "dist/\nnode_modules/\n",
}
"""The page asks for the assets of its second build; only those of the first are there."""


def write(folder: Path, files: Mapping[str, str], *, remote: str, url: str) -> None:
    """A repository with one commit of `files` on main. Raises OperationError where there is no git."""
    git = shutil.which("git")
    if git is None:
        raise OperationError(
            "this drill's fix is a `git push`: install git, or choose another drill: ./ops drill"
        )
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for words in (
        ["init", "--quiet", "--initial-branch=main"],
        ["config", "user.name", "Operations"],
        ["config", "user.email", "ops@local-heroku.invalid"],
        ["add", "."],
        ["commit", "--quiet", "--no-verify", "-m", "A new front page"],
        ["remote", "add", remote, url],
    ):
        subprocess.run([git, *words], cwd=folder, check=True, env=_environment(), capture_output=True)


def _environment() -> dict[str, str]:
    """Without what the operator's git is told, such as to sign commits."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return {**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
