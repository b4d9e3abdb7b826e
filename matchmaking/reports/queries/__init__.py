"""What the homes, the exports and the recap are made from: one subject a file."""
