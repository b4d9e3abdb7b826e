"""Asking for files that take longer than a request may."""
