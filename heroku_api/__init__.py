"""A typed client of Heroku's Platform API and Heroku Postgres' Data API.

`errors` draws everything that can go wrong; `endpoints` and `credentials` say where to and as whom; `transport`
makes one exchange, `client` repeats it within a time budget; `platform` and `data` are the typed calls, `models`
what they answer. Nothing is imported here, so a caller pays only for what it uses.
"""
