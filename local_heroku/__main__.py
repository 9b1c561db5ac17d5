"""`python -m local_heroku serve --folder DIR`: a Heroku account on loopback, until it is stopped or left alone."""

from __future__ import annotations

import logging
import sys
from datetime import timedelta
from pathlib import Path

import click


@click.group()
def main() -> None:
    """Local Heroku: the Platform and Data API of one account, on this machine only."""


@main.command()
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Where its state is kept.",
)
@click.option("--port", type=click.IntRange(1, 65535), help="Port on 127.0.0.1; a free one when left out.")
@click.option(
    "--idle-minutes", type=click.FloatRange(min=0.01), default=120.0, show_default=True,
    help="Stops by itself when not asked anything for this long.",
)  # fmt: skip
@click.option(
    "--postgres", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of PostgreSQL's programs: databases hold data from now on.",
)  # fmt: skip
def serve(folder: Path, port: int | None, idle_minutes: float, postgres: Path | None) -> None:
    """Serve in the foreground; its address and token are in FOLDER/server.json."""
    from local_heroku.postgres.cluster import PostgresError  # noqa: PLC0415
    from local_heroku.serve import InUseError  # noqa: PLC0415 - `--help` needs no server
    from local_heroku.serve import serve as run  # noqa: PLC0415
    from local_heroku.store.journal import WrongVersionError  # noqa: PLC0415
    from local_heroku.store.postgres import DataError  # noqa: PLC0415

    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    try:
        run(folder.resolve(), port=port, idle=timedelta(minutes=idle_minutes), postgres=postgres)
    except (InUseError, WrongVersionError, PostgresError, DataError) as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.option(
    "--write", "page", type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="Replace the made part of this page instead of printing it.",
)  # fmt: skip
def coverage(page: Path | None) -> None:
    """Print what is emulated and how each part was checked, as Markdown."""
    from local_heroku.coverage import tables, write  # noqa: PLC0415 - `serve` needs none of it

    if page is None:
        click.echo(tables())
    else:
        write(page)


if __name__ == "__main__":
    main()
