"""Creates that were sent from here and may have made something: the proof that an object of that name is our own.

A create whose answer was lost, or whose run was killed before the state had it, leaves an object that no state names.
The next run takes it over only if it was sent from this Pulumi home: Heroku itself does not say who made what.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNANSWERED = ""


class SentCreates:
    """One small file a create, with the id of what it made; empty while its answer is not known.

    Where there is no folder to write to, this run knows, and the next one takes nothing over.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._known: dict[str, str] = {}

    @classmethod
    def of(cls, env: Mapping[str, str]) -> SentCreates:
        """Beside Pulumi's own files. Source: Pulumi's environment variables, PULUMI_HOME."""
        home = env.get("PULUMI_HOME") or (f"{env['HOME']}/.pulumi" if env.get("HOME") else "")
        return cls(Path(home, "heroku-creates") if home else None)

    def is_known(self, what: str) -> bool:
        return self._read(what) is not None

    def sent(self, what: str) -> None:
        """Before it goes out: a run may be killed at any moment after."""
        self._write(what, _UNANSWERED)

    def answered(self, what: str, made: str) -> None:
        self._write(what, made)

    def refused(self, what: str) -> None:
        """It made nothing."""
        self._known.pop(what, None)
        if self._folder:
            with suppress(OSError):
                self._path(what).unlink(missing_ok=True)

    def proves(self, what: str, found: str) -> bool:
        """Whether the object with this id was made by a create that was sent from here."""
        return self._read(what) in (found, _UNANSWERED)

    def _read(self, what: str) -> str | None:
        if self._folder is None:
            return self._known.get(what)
        try:
            return self._path(what).read_text(encoding="utf-8")
        except OSError:
            return self._known.get(what)

    def _write(self, what: str, made: str) -> None:
        self._known[what] = made
        if self._folder:
            with suppress(OSError):
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._path(what).write_text(made, encoding="utf-8")

    def _path(self, what: str) -> Path:
        return (self._folder or Path()) / hashlib.sha256(what.encode()).hexdigest()[:32]
