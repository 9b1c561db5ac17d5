"""What Pulumi starts: the pack with the day's waivers and a key of its own for digests."""

from __future__ import annotations

import gc
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
# Every preview waits for this start; what imports leave is no garbage yet.
gc.disable()

from pulumi_policy import EnforcementLevel, PolicyPack  # noqa: E402 - the path comes first

from policies.pack import POLICIES, Pack  # noqa: E402
from runbook.digest import KEY_BYTES, Digests  # noqa: E402
from runbook.waivers import FILE_NAME, WaiverError, read  # noqa: E402

NAME = "runbook"


def main() -> None:
    try:
        waivers = read(ROOT / FILE_NAME)
    except WaiverError as error:
        sys.exit(str(error))
    pack = Pack(
        root=ROOT,
        digests=Digests(os.urandom(KEY_BYTES)),
        waivers=waivers,
        today=datetime.now(tz=UTC).date(),
    )
    policies = pack.policies()
    if len(policies) != POLICIES:
        sys.exit(
            f"policies: the pack has {len(policies)} policies and must have {POLICIES}; "
            "set POLICIES in policies/pack.py in the change that adds or removes a rule"
        )
    gc.enable()
    PolicyPack(NAME, policies, enforcement_level=EnforcementLevel.MANDATORY)


main()
