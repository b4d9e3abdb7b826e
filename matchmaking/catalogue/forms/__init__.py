"""The shape of what people enter into the catalogue."""
