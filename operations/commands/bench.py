"""`ops bench`: how long this project's commands take, beside others of the same run."""

from __future__ import annotations

import os
import sys

import click

from operations.pulumi_run import foreground
from operations.workspace import Workspace


@click.command()
@click.option(
    "--check",
    is_flag=True,
    help="Write nothing; exit 1 where a ratio is worse by a fifth than the committed one.",
)
@click.option(
    "--runs", type=click.IntRange(min=1), default=7, show_default=True, help="Times that each is measured."
)
@click.option(
    "--apps",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="Apps of the account that is read for drift.",
)
def bench(*, check: bool, runs: int, apps: int) -> None:
    """Measures check, previews, policy pack, gate and drift, and writes docs/performance.md.

    Each is measured beside another command of the same run, so that the ratios hold on any machine. Both stacks must be up
    (ops demo). It takes some minutes; leave the machine alone meanwhile.

    \b
    ops bench
    ops bench --check

    Exits 0, with --check 1 where something got slower.
    """
    root = Workspace.here().root
    wanted = ["--runs", str(runs), "--apps", str(apps), *(["--check"] if check else [])]
    command = [sys.executable, str(root / "bench" / "performance.py"), *wanted]
    raise SystemExit(foreground.run(command, cwd=root, env=dict(os.environ)))
