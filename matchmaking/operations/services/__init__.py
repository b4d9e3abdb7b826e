"""Business actions of the operations pages."""
