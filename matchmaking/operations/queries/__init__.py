"""Reading what the operations pages show."""
