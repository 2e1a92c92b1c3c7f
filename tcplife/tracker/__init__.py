"""Segments of one flow -> facts and states: the RFC 9293 machine of both endpoints, seen from outside."""
