"""What pulumi says of a state that it can't use becomes one sentence: no banner, no trace, no backend's URL."""

from __future__ import annotations

import pytest

from operations.pulumi_run.runner import Done

BANNER = """error: The Pulumi CLI encountered a snapshot integrity error. This is a bug!

You can try to repair your snapshot as follows:

================================================================================
Command:           pulumi preview --json --non-interactive
Env Vars:          PULUMI_BACKEND_URL="postgres://pulumi:geheim@127.0.0.1/states"
Error:             snapshot integrity failure; refusing to use it: child resource urn:a refers to missing parent urn:b

Stack Trace:

goroutine 1 [running]:
"""
CRASH = """================================================================================
The Pulumi CLI encountered a fatal error. This is a bug!
================================================================================
Operating System: linux
Panic:            fatal: An assertion has failed: Urn is: 'hello'

goroutine 1 [running]:
runtime/debug.Stack()
"""
RESTORE = "; nothing was done. Restore the version before as in docs/state.md"
SAID = {
    BANNER: "the stored state is damaged: snapshot integrity failure; refusing to use it: "
    f"child resource urn:a refers to missing parent urn:b{RESTORE}",
    CRASH: "Pulumi's engine crashed: fatal: An assertion has failed: Urn is: 'hello'. A state that is damaged does "
    "this; look at it with `pulumi stack export`, and restore it as in docs/state.md",
    "error: failed to load checkpoint: place 1: unexpected end of JSON input\n": (
        f"the stored state is damaged: place 1: unexpected end of JSON input{RESTORE}"
    ),
    "error: failed to load checkpoint: EOF": f"the stored state is damaged: EOF{RESTORE}",
    "error: resource missing required 'urn' field\n": (
        f"the stored state is damaged: resource missing required 'urn' field{RESTORE}"
    ),
    "error: resource 'urn:a' is marked as custom but has no ID; remove it with x": (
        f"the stored state is damaged: resource 'urn:a' is marked as custom but has no ID; remove it with x{RESTORE}"
    ),
    "error: no stack named 'staging' found": "error: no stack named 'staging' found",
}


@pytest.mark.parametrize("said", SAID, ids=lambda said: said[:60].strip("= \n"))
def test_pulumis_banner_becomes_one_sentence_with_the_next_step(said: str) -> None:
    reason = Done("", said, 1).reason
    assert reason == SAID[said]
