"""What is known of each key of a stack file beside its type: what it says, its unit, an example, what a change does.

Kept beside the models, not in them: a preview reads the models, and needs none of this.
"""

from __future__ import annotations

from dataclasses import dataclass

from runbook.effects import table


@dataclass(frozen=True, slots=True)
class Fact:
    says: str = ""
    """Empty where the model's own field says it."""
    unit: str = ""
    example: str = ""
    """As YAML; empty where the model's own field has one."""
    effects: tuple[tuple[str, str], ...] = ()
    """In which case, "" for any, and which of effects.json a change has then. Empty: nothing."""
    money: bool = False
    """Whether a change is billed otherwise."""

    @property
    def change(self) -> str:
        """In restarts, data and money."""
        known = table().effects
        filled = {"more": "dynos", "fewer": "dynos", "storage": "so many"}
        said = [
            f"{f'{case}: ' if case else ''}{known[name].says.format(**filled)}" for case, name in self.effects
        ]
        return ". ".join(
            [*(said or ["Nothing on Heroku"]), *(["It costs another price"] if self.money else [])]
        )


FACTS: dict[str, Fact] = {
    "app.name": Fact("The app's name on Heroku.", example="sc-mvp-staging", effects=(("", "address"),)),
    "app.region": Fact("Where the app runs: a region of the common runtime.", example="us", effects=(("", "app-anew"),)),
    "app.heroku_stack": Fact("The operating system image. `./ops catalogue` lists them, with their end.", example="heroku-24", effects=(("", "next-build"),)),
    "app.buildpacks": Fact("In the order in which they run.", example="[heroku/ruby]", effects=(("", "next-build"),)),
    "app.acm": Fact("Whether Heroku keeps the certificates of the app's domains.", example="true", effects=(("", "certificates"),)),
    "formation": Fact("The process types, by their names in the Procfile.", example="web: {quantity: 1, dyno_type: basic}", effects=(("One more", "dynos-made"), ("One taken out", "dynos-left")), money=True),
    "formation.*.quantity": Fact(unit="dynos", effects=(("More", "dynos-more"), ("Fewer", "dynos-fewer"), ("0 of web", "site-down")), money=True),
    "formation.*.quantity.min": Fact(unit="dynos"),
    "formation.*.quantity.max": Fact(unit="dynos"),
    "formation.*.dyno_type": Fact("Memory and price of each dyno. `./ops catalogue` lists them.", example="standard-1x", effects=(("", "dynos-replaced"),), money=True),
    "database.name": Fact("The add-on's own name, fixed: a run whose answer was lost finds the database again and buys no second.", example="sc-mvp-staging-db", effects=(("", "addon-renamed"),)),
    "database.plan": Fact("The Heroku Postgres plan. `./ops catalogue` lists them.", example="standard-0", effects=(("", "plan-moved"), ("To or from Essential", "plan-copied")), money=True),
    "backups.at": Fact("When the daily backup starts: a whole hour and a time zone.", "wall clock of the zone", '"02:00 America/Los_Angeles"', (("", "backups-move"),)),
    "addons": Fact(example="REDIS: {name: sc-mvp-staging-redis, plan: heroku-redis:mini}", effects=(("One more", "addon-made"), ("One taken out", "addon-gone"), ("Another attachment", "attached-anew")), money=True),
    "addons.*.name": Fact(example="sc-mvp-staging-redis", effects=(("", "addon-renamed"),)),
    "addons.*.plan": Fact(example="heroku-redis:mini", effects=(("", "plan-of-a-service"),), money=True),
    "domains": Fact(example="[api.example.com]", effects=(("One more", "domain-made"), ("One taken out", "domain-gone"))),
    "features": Fact(example="[preboot]", effects=(("", "feature"),)),
    "log_drains": Fact(example="LOGS: logs.example.com", effects=(("One more, or another URL", "drain-made"), ("One taken out", "drain-gone"))),
    "access": Fact(example="pat@example.com: collaborator", effects=(("One more", "access-made"), ("One taken out", "access-gone"))),
    "pipeline.name": Fact(example="sc-mvp", effects=(("", "pipeline"),)),
    "pipeline.stage": Fact(example="staging", effects=(("", "pipeline"),)),
    "config_vars": Fact("Config vars that are no secret, as text. `${app.url}` becomes the app's own URL.", example='SMTP_PORT: "587"', effects=(("", "release"),)),
    "secrets": Fact("Secrets, by name. `managed`: encrypted in the file. `external`: set by hand, required. `optional`: set by hand. Only a managed one is written by Pulumi.", example="SECRET_KEY_BASE: external", effects=(("A managed one", "release"),)),
    "cost.monthly_budget_usd": Fact("The most that the stack may cost; rule cost-budget holds it.", "US dollars a month", "250"),
    "differs": Fact("What may differ from the other stack, each with the reason; rule stacks-alike reads it.", example="formation: scaled by load"),
}  # fmt: skip
"""By key path; `*` stands for a name of your own."""

LEFT_OUT = ("secret_values", "rehearsal")
"""Fields of the models that are no key of a reviewed file."""
