"""Random public identifiers: opaque, typeable, never a row number."""

from __future__ import annotations

import hashlib
import hmac
import secrets

#: Crockford's base 32: no I, L, O, U, so a code can be read aloud and typed back.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V", "-": None, " ": None})


def new_code(length: int = 10) -> str:
    """Return ``length`` random characters (5 bits each) of the typeable alphabet."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_token() -> str:
    """Return a URL-safe secret of 192 bits, for links; store only its hash."""
    return secrets.token_urlsafe(24)


def token_hash(token: str) -> str:
    """Return the SHA-256 of a secret, the form in which secrets are stored and looked up."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_hash(secret: str, key: str) -> str:
    """Return an HMAC for short codes, which a plain hash would not protect from guessing in a stolen database."""
    return hmac.new(key.encode(), secret.encode(), hashlib.sha256).hexdigest()


def read_typed(text: str) -> str:
    """Return a typed code in its canonical form: upper case, look-alikes mapped, blanks and hyphens dropped."""
    return text.strip().upper().translate(_READ_AS)


def check_character(code: str) -> str:
    """Return a check character that catches any one wrong character and any swap of neighbours.

    A weighted sum modulo 37 would need five more signs than the alphabet has; positions weighted by powers of 2 in
    GF(32) (primitive polynomial x^5 + x^2 + 1) stay inside it.
    """
    total = 0
    for character in code:
        total = _double(total) ^ ALPHABET.index(character)
    return ALPHABET[_double(total)]


def _double(value: int) -> int:
    value <<= 1
    return value ^ 0b100101 if value & 0b100000 else value
