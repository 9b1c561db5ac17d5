"""The Pulumi plugin `heroku-postgres`: backup schedules and database attachments, which Heroku's own plugin lacks.

`declarations` (with `inputs` and `zones`) is what a program may declare, pure; `backup_schedule` (with `converging`) and
`attachment` are the steps that reach Heroku; `lookup` reads what is there and refuses to guess; `provider` joins all to
the protocol.
"""

VERSION = "0.1.0"
