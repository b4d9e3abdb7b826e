"""Backup and restore: everything that another computer needs to go on, in one encrypted file; see docs/adr/0019."""
