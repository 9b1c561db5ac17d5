"""`git push` over smart HTTP: a bare repository an app, git's own http-backend, and a hook that asks for the build."""
