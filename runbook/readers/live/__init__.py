"""Reads the live account, and nothing but reads.

`answers` are the models of what Heroku says beside those of heroku_api; `ask` sends requests side by side within a
time budget and confirms what seems gone; `account` reads the lists of the whole account, `app` one app; `environment`
makes an Environment of both, where a config var's value ends as a digest.
"""
