"""What commitments do."""
