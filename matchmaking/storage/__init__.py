"""Uploaded and generated files: checked for what they are, kept outside the database, named by random codes."""

from matchmaking.storage.services import StoredFile, keep_file, keep_image, open_file

__all__ = ["StoredFile", "keep_file", "keep_image", "open_file"]
