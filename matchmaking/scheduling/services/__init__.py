"""What can be done about a schedule; each function is one business action."""
