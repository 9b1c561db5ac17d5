"""The course of a drill: begun, hinted at, checked, solved, ended. What each says is printed by the caller's command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import filelock

from drills import judging, keeping, remedy
from drills.book import drill as drill_of
from drills.drill import Drill, Hint
from drills.judging import Standing
from drills.record import Bench, Record
from drills.scene import SOURCE, Scene
from heroku_api.client import Client
from heroku_api.errors import HerokuError
from local_heroku import process
from operations.errors import OperationError
from operations.rehearsal.rehearsal import Rehearsal
from operations.settings_files import read_settings
from operations.workspace import Workspace
from runbook.settings import STACKS, StackName


@dataclass(frozen=True)
class Course:
    workspace: Workspace

    @cached_property
    def bench(self) -> Bench:
        return Bench.of(self.workspace)

    @cached_property
    def rehearsal(self) -> Rehearsal:
        return Rehearsal(self.workspace)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One command of a drill at a time. Raises OperationError while another is at work."""
        self.bench.lock.parent.mkdir(parents=True, exist_ok=True)
        try:
            with filelock.FileLock(self.bench.lock, timeout=0):
                yield
        except filelock.Timeout:
            raise OperationError("another `./ops drill` is at work; wait until it has ended") from None

    def begin(self, drill: Drill, stack: StackName) -> Record:
        """Keeps what is there, then breaks it. Raises OperationError, nothing broken, where it can't."""
        self._refuse_unready(drill, stack)
        with self._client() as client:
            scene = self._scene(client, stack)
            self._refuse_what_stands_badly(scene)
            if drill.takes_secret:
                _ = scene.secret  # refused before anything is broken
            keeping.keep(self.workspace, self.bench.kept)
            port = urlsplit(self.rehearsal.heroku.url).port
            record = Record(drill=drill.name, stack=stack, port=port, url=scene.url)
            self.bench.write(record)
            self._break(drill, scene)
            now = self.rehearsal.now(client)
            record = record.model_copy(update={"began_at": now, "rang_at": datetime.now(tz=UTC)})
            self.bench.write(record)
            return record

    def hint(self, record: Record) -> tuple[int, Hint | None]:
        """The next hint and its number from 1; None after the last."""
        drill = drill_of(record.drill)
        if record.hints >= len(drill.hints):
            return record.hints, None
        self.bench.write(record.model_copy(update={"hints": record.hints + 1}))
        found, words = drill.hints[record.hints], self.words(record)
        return record.hints + 1, Hint(found.command.format_map(words), found.look.format_map(words))

    def check(self, record: Record) -> tuple[Standing, timedelta]:
        """How it is, and how long the drill took until it was first found solved."""
        with self._client() as client:
            scene = self._scene(client, record.stack)
            found = judging.standing(self.rehearsal, scene, drill_of(record.drill).still_wrong)
            now = self.rehearsal.now(client)
        taken = _taken(record, now)
        if found.exit_code == 0 and record.took_seconds is None:
            self.bench.write(record.model_copy(update={"took_seconds": taken.total_seconds()}))
        return found, taken

    def solve(self, record: Record) -> None:
        steps = drill_of(record.drill).remedy
        remedy.run(self.workspace, self.rehearsal, record.stack, steps, self.words(record))

    def end(self, record: Record) -> tuple[list[Path], Standing]:
        """Restores everything, then checks that it complies with the runbook. Edited stack files, where they are kept."""
        running = process.status(self.workspace.heroku)
        port = urlsplit(running.url).port if running else record.port
        edited = keeping.put_back(self.workspace, self.bench.kept, port=port)
        self.bench.clear()
        after = Course(self.workspace)
        with after._client() as client:
            return edited, judging.standing(after.rehearsal, after._scene(client, record.stack))

    def _break(self, drill: Drill, scene: Scene) -> None:
        try:
            drill.happens(scene)
        except HerokuError as error:
            raise OperationError(f"{error}; `./ops drill --end` gives back what was there") from None

    def _client(self) -> Client:
        return self.rehearsal.client(judging.BUDGET_SECONDS)

    def _scene(self, client: Client, stack: StackName) -> Scene:
        settings = {one: read_settings(self.workspace, one) for one in STACKS}
        return Scene(client, stack, settings, self.workspace.root / SOURCE)

    def words(self, record: Record) -> dict[str, str]:
        with self._client() as client:
            return self._scene(client, record.stack).words(record.url)

    def _refuse_unready(self, drill: Drill, stack: StackName) -> None:
        missing = [one for one in STACKS if not self.workspace.state(one).exists()]
        if missing:
            raise OperationError(
                f"a drill needs both stacks up on local Heroku, and {' and '.join(missing)} "
                f"{'is' if len(missing) == 1 else 'are'} not; run `./ops demo` first"
            )
        if stack not in drill.stacks:
            raise OperationError(
                f"{drill.name} is played on {', '.join(drill.stacks)}: ./ops drill {drill.name}"
            )

    def _refuse_what_stands_badly(self, scene: Scene) -> None:
        """Red that is there before would be taken for the drill's."""
        try:
            scene.client.request("GET", f"/apps/{scene.app}")
            found = judging.standing(self.rehearsal, scene)
        except HerokuError as error:
            raise OperationError(f"{error}; run `./ops demo` first") from None
        if found.exit_code:
            raise OperationError(
                f"a drill starts on a stack that complies with the runbook, and {scene.stack} doesn't: "
                + "; ".join(found.lines)
                + f". Look at `./ops verify {scene.stack}` and `./ops demo`; start over with `./ops local reset`"
            )


def _taken(record: Record, now: datetime) -> timedelta:
    """By local Heroku's clock, so that a night that was skipped counts; by the wall clock where that one was set back."""
    if record.took_seconds is not None:
        return timedelta(seconds=record.took_seconds)
    if record.began_at is None or record.rang_at is None:
        return timedelta()
    return max(now - record.began_at, datetime.now(tz=UTC) - record.rang_at)
