"""A checkout with an engine and the pack on every preview, and stack files of the tests' own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from tests.engine.stacks.checkout import Checkout, Expected

Preview = Callable[..., str]
Declare = Callable[..., None]


def by_the_book(stack: str) -> dict[str, Any]:
    """Each stack as the runbook has it, the secrets managed."""
    return {
        "app": {"name": f"sc-mvp-{stack}", "buildpacks": ["heroku/ruby"]},
        "formation": {"web": {"quantity": 1, "dyno_type": "basic"}},
        "database": {"name": f"sc-mvp-{stack}-db", "plan": "standard-0"},
        "backups": {"at": "02:00 America/Los_Angeles"},
        "config_vars": {
            "RAILS_ENV": "production",
            "RAILS_LOG_TO_STDOUT": "enabled",
            "RAILS_SERVE_STATIC_FILES": "enabled",
            "NODE_ENV": "production",
            "VITE_API_URL": "${app.url}/api/v1",
        },
        "secrets": {"RAILS_MASTER_KEY": "external", "SECRET_KEY_BASE": "managed"},
        "cost": {"monthly_budget_usd": 60},
    }


def write(checkout: Checkout, stack: str, settings: dict[str, Any]) -> None:
    whole = {"config": {f"social-catering:{key}": value for key, value in settings.items()}}
    (checkout.folder / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(whole), encoding="utf-8")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """Nothing has run in it yet."""
    if shutil.which("pulumi") is None:
        pytest.skip("no pulumi on PATH; `./ops test` puts one there")
    found = Checkout.of_working_tree(tmp_path_factory.mktemp("checkout"))
    for stack in ("staging", "production"):
        write(found, stack, by_the_book(stack))
    yield found
    found.stop()


@pytest.fixture
def edited(checkout: Checkout) -> Iterator[Callable[[str, str, str], None]]:
    with checkout.edits() as edit:
        yield edit


@pytest.fixture
def declare(checkout: Checkout) -> Iterator[Declare]:
    """Declares a stack by the book but for what is given, until the end of the test."""

    def change(stack: str = "production", **settings: Any) -> None:
        write(checkout, stack, {**by_the_book(stack), **settings})

    yield change
    for stack in ("staging", "production"):
        write(checkout, stack, by_the_book(stack))


@pytest.fixture
def preview(checkout: Checkout) -> Preview:
    def run(stack: str = "production", *arguments: str, expected: Expected = 0) -> str:
        return checkout.ops("pulumi", stack, "preview", *arguments, expected=expected)

    return run
