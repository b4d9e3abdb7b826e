"""What attendance does."""
