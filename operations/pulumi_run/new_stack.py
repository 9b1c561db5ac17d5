"""Where `pulumi stack init` runs for a stack of our own: in a folder aside, as it writes into the project's stack file.

Since 3.245 it writes the encryption salt into the Pulumi.STACK.yaml of its working directory whatever
PULUMI_OPTION_CONFIG_FILE says, and reads a salt that is there, which another passphrase made.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from operations.atomic_write import replace
from operations.workspace import Workspace
from runbook.settings import StackName

NO_STACK_FILE = {"PULUMI_OPTION_CONFIG_FILE": ""}
"""For the environment of the command: versions before 3.245 would write the file that is named there."""


@contextmanager
def made_aside(workspace: Workspace, stack: StackName, stack_file: Path) -> Iterator[list[str]]:
    """The arguments that make the stack; afterwards `stack_file`, which need not be there yet, has its salt."""
    workspace.local.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="stack-init-", dir=workspace.local) as name:
        folder = Path(name)
        shutil.copyfile(workspace.root / "Pulumi.yaml", folder / "Pulumi.yaml")
        written = folder / f"Pulumi.{stack}.yaml"
        if stack_file.exists():
            shutil.copyfile(stack_file, written)
        yield ["stack", "init", stack, "--no-select", "--cwd", str(folder)]
        if written.exists():
            replace(stack_file, written.read_text(encoding="utf-8"))
