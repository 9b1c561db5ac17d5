"""An app in a pipeline is in the stage of its stack."""

from __future__ import annotations

from runbook.environment import Coupling
from runbook.live import NOT_ASKED
from runbook.rules.pipeline import PIPELINE_STAGE
from runbook.rules.rule import Rule
from tests.unit.runbook.rules.cases import Case, failed, judge, not_run, table
from tests.unit.runbook.rules.healthy import HEALTHY, LATER, change

WANTED = "the stage production: staging is promoted to production"

TABLE: dict[Rule, list[Case]] = {
    PIPELINE_STAGE: [
        Case(
            "passes in its own stage",
            change(HEALTHY, coupling=Coupling(pipeline="sc-mvp", stage="production")),
        ),
        Case("passes without a pipeline", HEALTHY),
        Case(
            "fails in another stage",
            change(HEALTHY, coupling=Coupling(pipeline="sc-mvp", stage="staging")),
            (failed("production", "is in the stage staging of its pipeline", WANTED),),
        ),
        Case(
            "can't tell a stage that is not known yet",
            change(HEALTHY, coupling=Coupling(pipeline="sc-mvp", stage=LATER)),
            (not_run("production", "its stage in a pipeline", LATER),),
        ),
        Case(
            "can't tell a pipeline that could not be read",
            change(HEALTHY, coupling=LATER),
            (not_run("production", "its stage in a pipeline", LATER),),
        ),
        Case("is silent where the surroundings were not asked for", change(HEALTHY, coupling=NOT_ASKED)),
    ],
}


@table(TABLE)
def test_the_stage_of_a_pipeline(rule: Rule, case: Case) -> None:
    judge(rule, case)
