"""The drill that is under way, on disk: written before anything is broken, so that whatever comes between can be ended."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from operations.atomic_write import replace
from operations.errors import OperationError
from operations.workspace import Workspace
from runbook.settings import StackName


class Record(BaseModel):
    """Times are UTC. `began_at` is local Heroku's time at which the pager rang; None while the drill is being set up."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    drill: str
    stack: StackName
    port: int | None
    """Where local Heroku listened as it began. Stopped meanwhile, it is started there again, as shells still point there."""
    url: str
    """The app's, as the pager names it."""
    began_at: datetime | None = None
    rang_at: datetime | None = None
    """The same by the wall clock."""
    hints: int = 0
    """How many were given."""
    took_seconds: float | None = None
    """Until the first check that found nothing."""


@dataclass(frozen=True)
class Bench:
    """Where the drill under way keeps its record and what has to be given back: `.local/drill/`."""

    folder: Path

    @classmethod
    def of(cls, workspace: Workspace) -> Bench:
        return cls(workspace.local / "drill")

    @property
    def kept(self) -> Path:
        return self.folder / "kept"

    @property
    def file(self) -> Path:
        return self.folder / "record.json"

    @property
    def lock(self) -> Path:
        """One command at a time. Outside the folder, which is removed."""
        return self.folder.with_name("drill.lock")

    def read(self) -> Record | None:
        """The drill under way. Raises OperationError for a record that is none."""
        try:
            return Record.model_validate_json(self.file.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError:
            raise OperationError(
                f"{self.file}: not the record of a drill; remove {self.folder}, then begin anew: "
                "./ops local reset && ./ops demo"
            ) from None

    def write(self, record: Record) -> None:
        replace(self.file, record.model_dump_json())

    def clear(self) -> None:
        """The record goes first: without it, no drill is under way."""
        self.file.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)
