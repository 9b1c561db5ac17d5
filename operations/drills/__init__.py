"""Drills: local Heroku broken as the runbook's troubleshooting sections describe, for training and as a test."""
