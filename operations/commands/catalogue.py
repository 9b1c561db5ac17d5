"""`ops catalogue`: what Heroku has and what it costs, with source and date; and whether Heroku says the same."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, fields
from datetime import UTC, datetime

import click

from operations.accounts.account import AccountName
from operations.commands.account_option import account_of, account_option
from operations.console import working
from runbook.catalogue import FILE, Catalogue, DynoType, Entry, HerokuStack, Priced, PriceList, Region
from runbook.catalogue import catalogue as committed

DIFFERS = 2
THE_FILE = FILE
"""What is compared, and written."""


@click.command()
@click.option("--check", is_flag=True, help="Compare it with what the account's API lists.")
@click.option(
    "--write", is_flag=True, help="With --check: write what Heroku has otherwise into runbook/catalogue.json."
)
@click.option("--json", "as_json", is_flag=True, help="For programs, on standard output.")
@account_option
def catalogue(account_name: AccountName, *, check: bool, write: bool, as_json: bool) -> None:
    """Shows the Heroku stacks, regions, dyno types and plans that stack files can name, with price, source and date.

    \b
    ops catalogue
    ops catalogue --check --account heroku
    ops catalogue --check --write --account heroku

    --check asks the account for /stacks, /regions, /dyno-sizes and the plans of Heroku Postgres and of the other add-ons, and
    changes nothing there. It exits 2 when something is new, gone or another, and 1 when that is inconclusive. --write keeps
    source and date of what is the same; what it writes has the API's path and today.
    """
    if write and not check:
        raise click.UsageError("--write writes what --check finds; give both")
    if check:
        _check(account_name, write=write, as_json=as_json)
    elif as_json:
        click.echo(json.dumps(asdict(committed()), indent=2))
    else:
        for line in lines(committed(), today=datetime.now(tz=UTC).date().isoformat()):
            click.echo(line)


def _check(account_name: AccountName, *, write: bool, as_json: bool) -> None:
    from operations.judging import listed  # noqa: PLC0415 - help needs none of it

    data, today, account = (
        listed.catalogue_data(THE_FILE),
        datetime.now(tz=UTC).date(),
        account_of(account_name),
    )
    with working("Asking Heroku what it has"):
        found = listed.changes_on(account, today, data, listed.declared_plans())
    if write and found:
        listed.write(data, found, today, THE_FILE)
    if as_json:
        click.echo(
            json.dumps(
                {"account": account.words, "written": write, "changes": [asdict(one) for one in found]},
                indent=2,
            )
        )
    else:
        click.echo(f"{'Differs' if found else 'The same'}: {account.words}")
        for one in found:
            click.echo(f"  {one.kind:<8}  {one.says}")
        if found:
            click.echo(_next_step(written=write))
    click.get_current_context().exit(DIFFERS if found and not write else os.EX_OK)


def _next_step(*, written: bool) -> str:
    file = f"{THE_FILE.parent.name}/{THE_FILE.name}"
    return (
        f"Written to {file}: review it with `git diff {file}`, and renew the schema: `./ops settings --schema > docs/stack-file.schema.json`"
        if written
        else f"Write it to {file} with --check --write"
    )


def lines(found: Catalogue, *, today: str) -> Iterator[str]:
    for field in fields(found):
        part = getattr(found, field.name)
        if isinstance(part, PriceList):
            yield f"{field.name.replace('_', ' ').capitalize()} ({part.date}, {part.source})"
            yield from (f"  {entry.name:<24}  {_says(entry, today)}".rstrip() for entry in part.entries)


def _says(entry: Entry, today: str) -> str:
    parts = [*_facts(entry, today)]
    if entry.withdrawn:
        parts.append(f"withdrawn {entry.withdrawn}")
    if entry.use_instead and not entry.is_offered:
        parts.append(f"use {entry.use_instead}")
    if entry.source:
        parts.append(f"source: {entry.source}{f' ({entry.date})' if entry.date else ''}")
    return "; ".join(parts)


def _facts(entry: Entry, today: str) -> Iterator[str]:
    if isinstance(entry, HerokuStack):
        yield from _days(entry, today)
    elif isinstance(entry, Region):
        yield f"{entry.locale}, {entry.country}"
        if entry.private:
            yield "Private Spaces only"
    elif isinstance(entry, Priced):
        yield f"${entry.monthly_usd} a month"
        if isinstance(entry, DynoType):
            yield from _scaling(entry)
        if not entry.sold:
            yield "not sold"


def _days(entry: HerokuStack, today: str) -> Iterator[str]:
    if entry.ends:
        yield f"{'ended' if entry.ends < today else 'ends'} {entry.ends}"
    if entry.deprecated:
        yield f"deprecated {entry.deprecated}"
    if entry.builds_fail_from:
        yield f"builds fail now and then from {entry.builds_fail_from}"
    if entry.is_default:
        yield "the default for new apps"


def _scaling(entry: DynoType) -> Iterator[str]:
    yield f"{entry.memory_mb} MB"
    if entry.account_usd:
        yield f"${entry.account_usd} for all of the account"
    if not entry.scales:
        yield "one a process type"
    if entry.most_a_type:
        yield f"at most {entry.most_a_type} a process type"
    if entry.most_an_app:
        yield f"at most {entry.most_an_app} an app"
