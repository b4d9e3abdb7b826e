"""Reading registrations, one module a subject."""
