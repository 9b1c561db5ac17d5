"""What runs in a one-off dyno: a declared simulation of the application's commands. No code of a slug is ever run."""
