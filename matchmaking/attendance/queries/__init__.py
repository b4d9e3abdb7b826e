"""What attendance reads."""
