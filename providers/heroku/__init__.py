"""The local `heroku` plugin: replaces the official one, version 1.0.4, on local Heroku only.

`types` holds one module per resource type: its table of fields and its calls. `check`, `diff`, `preview` and `reply`
work on the tables and are pure; `calls` is what a type's calls are given; `provider` puts them together,
`servicer` and `__main__` serve it. docs/heroku-plugin.md lists where it differs from the official one, and why.
"""
