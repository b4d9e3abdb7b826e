"""The hall: how this computer is reached there, and what a tablet needs before it trusts it."""
