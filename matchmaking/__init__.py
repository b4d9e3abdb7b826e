"""Temu Bisnis: business-matching events, from sign-up to schedule, signed commitment and follow-up."""
