"""Describes a live app as settings: what adopting it has to declare. Pure; nothing is read or written here."""
