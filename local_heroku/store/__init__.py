"""State of local Heroku. Knows no HTTP: functions take a World and records, and raise HerokuError to refuse."""
