"""Pulumi plugins of this project. `protocol` is what they share; every other room is one plugin."""
