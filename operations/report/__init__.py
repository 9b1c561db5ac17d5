"""What verify and drift say, as data (`content`), and its forms: text, JSON, Markdown, JUnit, HTML."""
