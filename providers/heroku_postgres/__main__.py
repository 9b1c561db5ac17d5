"""Started by the engine through `pulumi-resource-heroku-postgres`."""

from __future__ import annotations

import os
import sys

try:
    from providers.heroku_postgres import VERSION
    from providers.heroku_postgres.provider import HerokuPostgres
    from providers.protocol.serving import serve
except (ImportError, SyntaxError) as missing:
    sys.exit(
        f"heroku-postgres cannot start with {sys.executable} (Python {sys.version.split()[0]}): {missing}. "
        "Run ./ops once in the checkout: it sets up Python and the packages in .venv."
    )

serve(HerokuPostgres(os.environ), VERSION, sys.argv[1:])
