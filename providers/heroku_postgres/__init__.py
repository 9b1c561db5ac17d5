"""The `heroku-postgres` plugin: what the official `heroku` plugin lacks of Heroku Postgres.

`attachment` and `backup_schedule` hold a resource type each: its table of fields and its calls, on `schedules` of the
Data API and what `lookup` finds on the Platform API. `provider` puts them together and reads the settings.
"""

VERSION = "0.1.0"
