"""Pure document makers: data in, PDF, QR or calendar bytes out."""
