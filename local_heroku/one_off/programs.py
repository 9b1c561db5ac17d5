"""A command of a one-off dyno, from its line to what it said. Exit 127, with what is simulated, for any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_heroku.one_off import files, filters, line, rails, ruby
from local_heroku.one_off.line import Line, NotSimulatedError
from local_heroku.one_off.ran import Ran

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_heroku.store.records import App
    from local_heroku.store.world import World

NOT_FOUND = 127
CONSOLES = (("rails", "console"), ("rails", "c"), ("bin/rails", "console"), ("bin/rails", "c"))
SHELLS = (("bash",), ("sh",))


def run(world: World, app: App, command: str) -> Ran:
    """A command that needs no terminal, in one transaction: all that it changes, or nothing."""
    try:
        read = line.read(command)
        with world.transaction():
            ran = _piped(world, app, read)
    except NotSimulatedError as error:
        return Ran(refusal(str(error)), NOT_FOUND)
    return ran


def of_release(world: World, app: App, command: str) -> tuple[str, bool]:
    """A release phase's command, in the release's own transaction. One that is not simulated is taken to go well."""
    try:
        ran = _piped(world, app, line.read(command))
    except NotSimulatedError as error:
        return (
            f"Local Heroku runs no code of the app: {error} is not simulated, and taken to go well.\n",
            True,
        )
    return ran.output, ran.status == 0


def interactive(command: str) -> Sequence[str] | None:
    """The words of a command that needs a terminal; None for all others."""
    try:
        stages = line.read(command).stages
    except NotSimulatedError:
        return None
    words = _unbundled(stages[0])
    return words if len(stages) == 1 and words in (*CONSOLES, *SHELLS) else None


def says_status(command: str) -> bool:
    return line.EXIT_CODE.search(command) is not None


def refusal(what: str) -> str:
    return (
        f"Local Heroku runs no code of the app, and does not simulate: {what}\n"
        f"These are simulated: {', '.join(rails.SIMULATED)}, bash, {', '.join(files.NAMES)}, and behind a pipe "
        f"{', '.join(filters.NAMES)}.\nOf Ruby: {'; '.join(ruby.SIMULATED)}.\n"
    )


def _piped(world: World, app: App, read: Line) -> Ran:
    ran = _first(world, app, _unbundled(read.stages[0]))
    for words in read.stages[1:]:
        if words[0] not in filters.NAMES:
            raise NotSimulatedError(" ".join(words))
        ran = filters.run(words, ran.output)
    return ran


def _first(world: World, app: App, words: tuple[str, ...]) -> Ran:
    if words[0] in rails.NAMES:
        return rails.run(world, app, words)
    if words[0] in files.NAMES:
        return files.run(world, app, words)
    raise NotSimulatedError(" ".join(words))


def _unbundled(words: tuple[str, ...]) -> tuple[str, ...]:
    return words[2:] if words[:2] == ("bundle", "exec") and len(words) > 2 else words  # noqa: PLR2004 - and a command
