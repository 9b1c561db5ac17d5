"""What makes a shell know local Heroku only: `heroku` on its PATH, the guard it runs under, curl's configuration."""
