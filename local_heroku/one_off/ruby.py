"""The Ruby of the runbook, and a little more: what `rails runner` and `rails console` are asked there.

    puts 'Workers: ' + Worker.count.to_s
    puts ActiveRecord::Base.connection.active? ? 'OK' : 'FAILED'
    User.update_all(email: -> { "test_#{id}@example.com" })

Anything else raises NotSimulatedError: a guess at an answer would be worse than none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local_heroku.one_off.line import NotSimulatedError
from local_heroku.store import application, environment

if TYPE_CHECKING:
    from local_heroku.store.records import Addon, App, Database
    from local_heroku.store.world import World

Value = str | int | bool | None

SIMULATED = (
    "puts, texts, + and ?:",
    f"{', '.join(application.ROWS)} with .count and .exists?",
    "ActiveRecord::Base.connection.active?",
    "ActiveRecord::Base.connection.migration_context.current_version and .needs_migration?",
    "Rails.env",
    "User.update_all(email: …) and User.first.email",
)
_CONNECTION = "ActiveRecord::Base.connection."
_SANITIZED = re.compile(
    r"""User\.update_all\(\s*email:\s*->\s*\{\s*"(?P<before>[\w.+-]*)\#\{id\}(?P<after>[\w.+-]*@[\w.-]+)"\s*\}\s*\)"""
)
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'[^'\\]*'|"[^"\\#]*")|(?P<number>\d+)|(?P<chain>[A-Z]\w*(?:(?:::|\.)\w+[?!]?)*)|(?P<sign>[+?:()]|\.to_s))"""
)
_STATEMENT = re.compile(r"(?:(?P<print>puts|print|p)\b\s*)?(?P<rest>.*)", re.DOTALL)


@dataclass(slots=True)
class Ruby:
    """Evaluates against the app's database. `printed` collects what `puts` writes."""

    world: World
    app: App
    addon: Addon
    database: Database
    printed: list[str] = field(default_factory=list)

    def statement(self, text: str) -> Value:
        """The value of one statement. Raises NotSimulatedError."""
        text = text.strip()
        if wish := _SANITIZED.fullmatch(text):
            return application.sanitize(
                self.world, self.addon, self.database, before=wish["before"], after=wish["after"]
            )
        match = _STATEMENT.fullmatch(text)
        how, rest = (match["print"], match["rest"]) if match else (None, text)
        value = _Expression(self, rest).value()
        if how:
            self.printed.append(
                shown(value) + "\n" if how == "p" else text_of(value) + "\n" * (how == "puts")
            )
        return None if how == "puts" else value

    def chain(self, text: str) -> Value:
        """What a name with its methods stands for."""
        model, _, method = text.partition(".")
        database = application.current(self.world, self.addon, self.database)
        counts = application.rows(database)
        if model in counts and method in ("count", "exists?", "any?"):
            return counts[model] if method == "count" else counts[model] > 0
        match text.removeprefix(_CONNECTION):
            case "active?":
                return True
            case "migration_context.current_version":
                return application.version(self.world, self.addon, database)
            case "migration_context.needs_migration?":
                return bool(application.pending(self.world, self.app, self.addon, database))
            case "Rails.env":
                return environment.all_of(self.world, self.app).get("RAILS_ENV", "production")
            case "User.first.email":
                return application.first_email(self.world, self.addon, database)
        raise NotSimulatedError(text)


class _Expression:
    """Recursive descent over one line: `a + b`, `c ? a : b`, brackets."""

    def __init__(self, ruby: Ruby, text: str) -> None:
        self._ruby = ruby
        self._text = text
        self._tokens: list[tuple[str, str]] = []
        place = 0
        while text[place:].strip():
            match = _TOKEN.match(text, place)
            if match is None:
                raise NotSimulatedError(text.strip())
            kind = str(match.lastgroup)
            self._tokens.append((kind, match[kind]))
            place = match.end()

    def value(self) -> Value:
        value = self._choice()
        if self._tokens:
            raise NotSimulatedError(self._text.strip())
        return value

    def _choice(self) -> Value:
        value = self._sum()
        if not self._take("?"):
            return value
        first = self._choice()
        self._require(":")
        second = self._choice()
        return first if value not in (None, False) else second

    def _sum(self) -> Value:
        value = self._one()
        while self._take("+"):
            other = self._one()
            value = self._added(value, other)
        return value

    def _added(self, value: Value, other: Value) -> Value:
        if isinstance(value, str) and isinstance(other, str):
            return value + other
        if type(value) is int and type(other) is int:
            return value + other
        raise NotSimulatedError(f"{self._text.strip()} (+ of two kinds: use .to_s)")

    def _one(self) -> Value:
        value = self._bare()
        while self._take(".to_s"):
            value = text_of(value)
        return value

    def _bare(self) -> Value:
        if self._take("("):
            value = self._choice()
            self._require(")")
            return value
        kind, text = self._tokens.pop(0) if self._tokens else ("", "")
        match kind:
            case "text":
                return text[1:-1]
            case "number":
                return int(text)
            case "chain":
                bare = text.removesuffix(".to_s")
                value = self._ruby.chain(bare)
                return text_of(value) if bare != text else value
        raise NotSimulatedError(self._text.strip())

    def _take(self, sign: str) -> bool:
        found = bool(self._tokens) and self._tokens[0] == ("sign", sign)
        if found:
            self._tokens.pop(0)
        return found

    def _require(self, sign: str) -> None:
        if not self._take(sign):
            raise NotSimulatedError(self._text.strip())


def statements(text: str) -> list[str]:
    """A script's lines, cut at `;` outside of texts."""
    pieces = re.findall(r"""(?:'[^']*'|"[^"]*"|[^;\n'"])+""", text)
    return [piece.strip() for piece in pieces if piece.strip()]


def text_of(value: Value) -> str:
    """As Ruby's to_s."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def shown(value: Value) -> str:
    """As Ruby's inspect, which the console prints."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return "nil" if value is None else text_of(value)
