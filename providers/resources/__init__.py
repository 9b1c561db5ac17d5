"""What the plugins share: resource types as tables of fields, and the way of a call through them.

`schema` has the tables; `check`, `diff`, `preview` and `reply` work on them and are pure; `calls` is what a type's calls
are given.
"""
