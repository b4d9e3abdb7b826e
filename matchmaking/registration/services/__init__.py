"""The actions of registration, one module a subject."""
