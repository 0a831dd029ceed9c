"""Settings: base, then development, test or production; values come from the environment."""
