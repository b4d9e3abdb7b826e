"""The forms of commitments."""
