"""Business actions on events, by subject."""
