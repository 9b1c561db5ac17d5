"""What Pulumi starts: the pack with the day's waivers and a key of its own for digests."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
# Every preview waits for this start; what imports leave is no garbage yet.
gc.disable()


def _end_with(parent: int) -> None:
    """Nobody else ends a pack whose language host was killed: the engine stops waiting for it, and it for nobody."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)


threading.Thread(
    target=_end_with, args=(int(os.environ.pop("PACK_STARTED_BY", 0)) or os.getppid(),), daemon=True
).start()
# Some versions of Pulumi end a pack with an interrupt, for which Python would print a traceback.
signal.signal(signal.SIGINT, signal.SIG_DFL)

try:
    from datetime import UTC, datetime

    from pulumi_policy import EnforcementLevel, PolicyPack

    from policies.pack import POLICIES, Pack
    from runbook.digest import KEY_BYTES, Digests
    from runbook.readers.local_account import is_local
    from runbook.waivers import FILE_NAME, WaiverError, read
except (ImportError, SyntaxError) as missing:
    sys.exit(
        f"The policy pack cannot start with {sys.executable} (Python {sys.version.split()[0]}; 3.11 or newer is needed): "
        f"{missing}. Type `pulumi install` in {ROOT}, then the same command again."
    )

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
        is_local=is_local(os.environ),
    )
    policies = pack.policies()
    if len(policies) != POLICIES:
        sys.exit(
            f"policies: the pack has {len(policies)} policies and must have {POLICIES}: a rule was lost on the way"
        )
    gc.enable()
    PolicyPack(NAME, policies, enforcement_level=EnforcementLevel.MANDATORY)


main()
