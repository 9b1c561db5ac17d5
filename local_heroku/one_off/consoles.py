"""`rails console` and `bash`: a prompt, a line, an answer, until exit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_heroku.one_off import programs, rails
from local_heroku.one_off.line import NotSimulatedError
from local_heroku.one_off.ran import Ran
from local_heroku.one_off.ruby import Ruby, shown, statements
from local_heroku.store import application
from local_heroku.store.postgres import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_heroku.one_off.terminal import Terminal
    from local_heroku.store.records import App
    from local_heroku.store.world import World

_LEAVE = ("exit", "quit", "exit!", "quit!")


async def run(world: World, app: App, words: Sequence[str], terminal: Terminal) -> int:
    """The exit status. Raises HungUpError."""
    if words in programs.SHELLS:
        return await _shell(world, app, terminal)
    if problem := rails.trouble(world, app):
        await terminal.write(problem.output)
        return problem.status
    return await _console(world, app, terminal)


async def _console(world: World, app: App, terminal: Terminal) -> int:
    await terminal.write("Loading production environment (simulated by local Heroku)\n")
    number = 1
    while (line := await terminal.line(f"irb(main):{number:03}> ")) is not None:
        if line.strip() in _LEAVE:
            return 0
        number += 1
        for statement in statements(line):
            await terminal.write(_evaluated(world, app, statement))
    await terminal.write("\n")
    return 0


def _evaluated(world: World, app: App, statement: str) -> str:
    try:
        found = application.primary(world, app)
        if found is None:
            return "could not connect to the database (ActiveRecord::ConnectionNotEstablished)\n"
        ruby = Ruby(world, app, *found)
        with world.transaction():
            value = ruby.statement(statement)
    except NotSimulatedError as error:
        return programs.refusal(str(error))
    except DataError as error:
        return f"{error} (ActiveRecord::StatementInvalid)\n"
    return f"{''.join(ruby.printed)}=> {shown(value)}\n"


async def _shell(world: World, app: App, terminal: Terminal) -> int:
    status = 0
    while (line := await terminal.line("~ $ ")) is not None:
        words = line.split()
        if words[:1] == ["exit"]:
            given = words[1] if len(words) > 1 else str(status)
            return int(given) % 256 if given.isdigit() else 2
        if words:
            ran = await _typed(world, app, line, terminal)
            await terminal.write(ran.output)
            status = ran.status
    await terminal.write("exit\n")
    return status


async def _typed(world: World, app: App, line: str, terminal: Terminal) -> Ran:
    words = programs.interactive(line)
    if words in programs.CONSOLES:
        return Ran("", await run(world, app, words, terminal))
    return programs.run(world, app, line)
