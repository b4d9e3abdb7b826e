"""Business actions on accounts: making, logging in, handing links over."""
