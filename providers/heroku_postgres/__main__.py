"""Started by the engine through `pulumi-resource-heroku-postgres`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

try:
    from providers.heroku_postgres import VERSION
    from providers.heroku_postgres.provider import HerokuPostgres
    from providers.protocol.serving import serve
except (ImportError, SyntaxError) as missing:
    sys.exit(
        f"heroku-postgres cannot start with {sys.executable} (Python {sys.version.split()[0]}; 3.11 or newer is needed): "
        f"{missing}. Type `pulumi install` in {Path(__file__).resolve().parents[2]}, then the same command again."
    )

serve(HerokuPostgres(os.environ), VERSION, sys.argv[1:])
