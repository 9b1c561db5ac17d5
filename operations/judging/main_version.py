"""Has main's version of this project judge the same previews: a change can't loosen the rules it is judged by.

Main's own code runs, with main's rules and catalogue, on the events of this change's previews and its stack files.
A waiver that the change itself brings counts, and is named first: its review is the code owners'.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from operations.judging import kept_previews
from operations.judging.answer import Answer, Trouble
from operations.judging.change import Basis
from operations.judging.kept_previews import KeptPreviews
from operations.judging.main_checkout import MainCheckout
from runbook.settings import StackName
from runbook.waivers import FILE_NAME, WaiverError
from runbook.waivers import read as read_waivers

ANSWERS = {0, 1, 3}
_JUDGING_SECONDS = 120
_NO_CACHE = "no-compiled-modules"
"""A folder that is not there: no compiled module of the checkout is read, none is written."""


def judged_too(answer: Answer, kept: KeptPreviews, basis: Basis, main: MainCheckout) -> Answer:
    try:
        known = read_waivers(main.folder / FILE_NAME)
    except WaiverError as error:
        return replace(
            answer, troubles=(*answer.troubles, Trouble("inconclusive", f"main's version: {error}"))
        )
    return replace(
        answer,
        troubles=(*answer.troubles, *_troubles(answer, kept, basis, main)),
        new_waivers=tuple(waiver for waiver in basis.waivers if waiver not in known),
    )


def _troubles(answer: Answer, kept: KeptPreviews, basis: Basis, main: MainCheckout) -> Iterator[Trouble]:
    with tempfile.TemporaryDirectory() as name:
        kept_previews.keep(Path(name), kept)
        touched = main.touched()
        by_main = "" if touched else _ask(main, basis.folder, Path(name), [*kept.done])
        touched = touched or main.touched()
    if touched:
        yield Trouble(
            "blocked",
            f"main's checkout was changed while the change's code ran: {touched}; nothing that it says is believed. Make it anew, and "
            "read what the change's program does",
        )
        return
    if isinstance(by_main, str):
        yield Trouble("inconclusive", f"main's version could not judge this change: {by_main}")
        return
    red = {
        (stack.stack, verdict.rule.id)
        for stack in answer.stacks
        for verdict in stack.verdicts_of("fail", "not evaluated")
    }
    if answer.outcome != "blocked":
        yield from (Trouble("blocked", f"by main's version, {what}") for what in by_main.get("blocks", ()))
    for stack in by_main["stacks"]:
        for verdict in stack["verdicts"]:
            if verdict["verdict"] not in ("pass", "waived") and (stack["stack"], verdict["rule"]) not in red:
                for finding in verdict["findings"]:
                    yield Trouble("blocked", f"by main's version, {finding['message']}")
        if answer.outcome != "blocked":
            yield from (Trouble("blocked", f"by main's version, {what}") for what in stack["blocks"])


def _ask(
    main: MainCheckout, checkout: Path, events: Path, stacks: Sequence[StackName]
) -> dict[str, Any] | str:
    """Main's answer as JSON, or why there is none."""
    arguments = ["gate", *stacks, "--events", str(events), "--checkout", str(checkout.resolve()), "--json"]
    try:
        done = subprocess.run(
            [
                main.python,
                "-X",
                f"pycache_prefix={events / '..' / _NO_CACHE}",
                "-B",
                "-m",
                "operations",
                *arguments,
            ],
            cwd=main.folder,
            env={key: value for key, value in os.environ.items() if not key.startswith("PYTHON")},
            capture_output=True,
            text=True,
            timeout=_JUDGING_SECONDS,
            check=False,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return f"no answer within {_JUDGING_SECONDS} s"
    except json.JSONDecodeError:
        return done.stderr.strip()[-300:] or f"exit code {done.returncode} and no answer"
    return answer if done.returncode in ANSWERS else f"exit code {done.returncode}"
