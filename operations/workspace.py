"""Where things lie: the checkout, and `.local/`, which holds everything a rehearsal makes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from runbook.settings import PROJECT, StackName

WITHHELD_FROM_PROGRAMS = frozenset(
    {"HEROKU_API_KEY", "PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"}
)
"""What only the engine and its plugins need."""


def file_backend(folder: Path) -> str:
    """The URL of a Pulumi backend in `folder`, without files of metadata beside the states.

    One of these whose write is cut off is empty, and the state beside it then can't be read: "failed to load
    checkpoint: EOF". Nobody reads them. Source: gocloud.dev/blob/fileblob, `metadata=skip`.
    """
    return f"{folder.as_uri()}?metadata=skip"


@dataclass(frozen=True)
class Workspace:
    """Paths under the root of this checkout. `.local/` may be removed at any time; the next run makes it anew."""

    root: Path

    @classmethod
    def here(cls) -> Workspace:
        return cls(Path(__file__).resolve().parent.parent)

    @property
    def local(self) -> Path:
        return self.root / ".local"

    @property
    def heroku(self) -> Path:
        """The account of local Heroku."""
        return self.local / "heroku"

    @property
    def pulumi_home(self) -> Path:
        return self.local / "pulumi" / "home"

    @property
    def backend(self) -> Path:
        """The states of the local stacks; a Pulumi file backend."""
        return self.local / "pulumi" / "state"

    @property
    def passphrase(self) -> Path:
        return self.local / "pulumi" / "passphrase"

    def stack_file(self, stack: StackName) -> Path:
        """The settings in the checkout, which people edit."""
        return self.root / f"Pulumi.{stack}.yaml"

    def local_stack_file(self, stack: StackName) -> Path:
        """The copy that a rehearsal runs with: the same settings, and local secrets."""
        return self.local / "stacks" / f"Pulumi.{stack}.yaml"

    def state(self, stack: StackName) -> Path:
        return self.backend / ".pulumi" / "stacks" / PROJECT / f"{stack}.json"

    def locks(self, stack: StackName) -> Path:
        return self.backend / ".pulumi" / "locks" / "organization" / PROJECT / stack
