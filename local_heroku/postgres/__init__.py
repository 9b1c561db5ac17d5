"""A real PostgreSQL behind the account's databases, where there is one; optional, and asked for."""
