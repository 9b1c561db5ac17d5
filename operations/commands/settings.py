"""`ops settings`: every key of a stack file, as a page and as a JSON schema for editors."""

from __future__ import annotations

import click


@click.command()
@click.option("--markdown", is_flag=True, help="The page docs/settings.md.")
@click.option("--schema", "as_schema", is_flag=True, help="The JSON schema docs/stack-file.schema.json.")
def settings(*, markdown: bool, as_schema: bool) -> None:
    """Lists the keys of a stack file, and what a change of each does to the running app.

    \b
    ops settings
    ops settings --markdown > docs/settings.md
    ops settings --schema > docs/stack-file.schema.json
    """
    if markdown and as_schema:
        raise click.UsageError("--markdown and --schema are two outputs; give one of them")
    from operations.forms.settings_page import page, rows, schema_text  # noqa: PLC0415 - help needs none of it
    from runbook.settings_facts import FACTS  # noqa: PLC0415

    if markdown or as_schema:
        click.echo(page() if markdown else schema_text(), nl=False)
        return
    keys = [path for path, _ in rows()]
    width = max(map(len, keys))
    for path in keys:
        click.echo(f"{path:<{width}}  {FACTS[path].change}")
