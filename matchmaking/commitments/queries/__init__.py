"""What commitments read."""
