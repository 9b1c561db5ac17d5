"""Drift: `comparison` says what differs between what is declared and what is live, `grading` what each means.

Pure: both are Environments, whoever read them.
"""
