"""The electronic seal of a commitment's PDF: its keys, the sealing, and the check. No Flask, no database, no network of its own."""
