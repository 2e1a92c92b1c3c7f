"""Policies over finished connections: an expression language, rules, verdicts and the forms they are written in."""
