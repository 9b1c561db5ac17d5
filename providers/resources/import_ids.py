"""Import ids of what lies inside an app: APP:NAME."""

from __future__ import annotations

from providers.resources.calls import StoppedError


def split(import_id: str, form: str) -> tuple[str, str]:
    """The two parts of an import id such as APP:HOSTNAME. Raises StoppedError for any other text."""
    app, _, rest = import_id.partition(":")
    if not app or not rest:
        raise StoppedError(f"import id {import_id!r} is of no use here; expected {form}")
    return app, rest
