"""Pulumi's provider protocol, thin: a plugin implements `lifecycle.Provider` and hands it to `serving.serve`.

The engine starts a plugin on nearly every command and waits for its port, so start-up counts: `generated` loads the
generated messages of the `pulumi` package without the SDK around them, and everything else is imported late.
"""
