"""The settings of the app's place in a pipeline. A stack file without the key declares none."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from runbook.setting_types import Closed, expected, matching

PIPELINE_NAME = re.compile(r"[a-z][a-z0-9-]{2,29}")
"""Source: Platform API schema, pipeline.name."""
Stage = Literal["development", "staging", "production"]
"""Of the pipeline. Stages review and test hold apps that Heroku makes by itself."""


class PipelineSettings(Closed):
    name: Annotated[
        str,
        matching(
            PIPELINE_NAME,
            "3 to 30 characters: lower case letters, digits and hyphens, a letter first (Heroku's rule for pipelines)",
        ),
        Field(
            description="The pipeline's name, the same on both stacks. `up` makes it where there is none, and nothing here deletes it.",
            examples=["sc-mvp"],
        ),
    ]
    stage: Annotated[
        Stage, Field(description="The app's stage in it: the stack's own name.", examples=["staging"])
    ]


def _given(value: object) -> object:
    if value is None:
        raise expected("name and stage, such as {name: sc-mvp, stage: staging}")
    return value


Pipeline = Annotated[PipelineSettings | None, BeforeValidator(_given)]
