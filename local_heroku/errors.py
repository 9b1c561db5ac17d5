"""Refusals in the shape Heroku gives them: `id`, `message`, perhaps `resource` and `url`.

HerokuError is the only exception a route or the store raises on purpose; the server turns it into an answer.
Anything else is a bug of ours and answers 500. Source of ids and wording: docs/heroku-api.md §2 and §5, recordings.
"""

from __future__ import annotations

from typing import Any

_NOT_FOUND_WORDS = {"add_on": "add-on"}


class HerokuError(Exception):
    """An answer that is not 2xx: status, error id, message; `extra` joins the body, `headers` the answer."""

    def __init__(
        self,
        status: int,
        error_id: str,
        message: str,
        *,
        extra: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        body: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self.body = {"id": error_id, "message": message, **(extra or {})} if body is None else body


def not_found(resource: str) -> HerokuError:
    """404 of the Platform API. The official plugin takes an object as gone only when `id` is "not_found"."""
    word = _NOT_FOUND_WORDS.get(resource, resource)
    return HerokuError(404, "not_found", f"Couldn't find that {word}.", extra={"resource": resource})


def no_such_process_type(name: str) -> HerokuError:
    """404 of the formation; Heroku names the process type in it."""
    return HerokuError(
        404, "not_found", f"Couldn't find that process type ({name}).", extra={"resource": "formation"}
    )


def no_such_endpoint() -> HerokuError:
    """404 for a path with an empty segment, as `/apps//webhooks/`."""
    return HerokuError(404, "not_found", "The requested API endpoint was not found.")


def data_not_found() -> HerokuError:
    """404 of the Data API: without `message`, which is what lets the CLI say "not yet provisioned" (docs/heroku-api.md §6)."""
    return HerokuError(404, "not_found", "not found", body={"error": "not found"})


def invalid_params(message: str) -> HerokuError:
    return HerokuError(422, "invalid_params", message)


def bad_request(message: str) -> HerokuError:
    return HerokuError(400, "bad_request", message)


def unauthorized() -> HerokuError:
    return HerokuError(401, "unauthorized", "Invalid credentials provided.")


def forbidden(message: str) -> HerokuError:
    return HerokuError(403, "forbidden", message)


def confirmation_required(app: str) -> HerokuError:
    return HerokuError(
        423,
        "confirmation_required",
        f"This action needs confirmation: send `confirm` with the app's name, {app}.",
        extra={"app": {"name": app}},
        headers={"X-Confirmation-Required": app},
    )


def unknown_plan(plan: str) -> HerokuError:
    """The CLI lists the service's plans when the message starts with these words (docs/heroku-api.md §2)."""
    return invalid_params(f'Couldn\'t find either the add-on service or the add-on plan of "{plan}".')


def not_emulated(method: str, path: str) -> HerokuError:
    return HerokuError(
        501,
        "not_implemented",
        f"Local Heroku does not emulate {method} {path}. What it emulates: docs/local-heroku.md.",
    )


def method_not_allowed(method: str, path: str, allowed: list[str]) -> HerokuError:
    return HerokuError(
        405,
        "method_not_allowed",
        f"{method} is not served on {path}; {', '.join(allowed)} is.",
        headers={"Allow": ", ".join(allowed)},
    )


def too_large(limit: int) -> HerokuError:
    return HerokuError(
        413, "request_entity_too_large", f"The request body is over the limit of {limit} bytes."
    )


def not_acceptable(accept: str) -> HerokuError:
    return HerokuError(
        406,
        "not_acceptable",
        f"Accept asks for {accept[:200]!r}; only application/vnd.heroku+json; version=3 is served.",
    )


def bad_range(text: str, accepted: tuple[str, ...]) -> HerokuError:
    return HerokuError(
        416,
        "requested_range_not_satisfiable",
        f"Range {text[:200]!r} is not understood; ranges go by {', '.join(accepted)}.",
    )
