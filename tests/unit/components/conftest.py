"""Runs components without an engine."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import Callable, Iterator

import pulumi
import pytest
from pulumi.runtime import mocks

from tests.unit.components.registrations import Declare, Registered


@pytest.fixture
def declare() -> Iterator[Declare]:
    """Runs a program to its end and gives what it registered."""
    with warnings.catch_warnings():
        # The SDK leaves event loops in its threads; they are collected here and not in a later test.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.disable()
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)

        def run(program: Callable[[], None]) -> Registered:
            registered = Registered()
            mocks.set_mocks(registered.mocks, project="social-catering", stack="test", monitor=registered)
            pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]
            return registered

        yield run
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
        asyncio.set_event_loop(None)
        gc.collect()
        gc.enable()
