"""Whole connections out of captures, as they are or redacted: a repro to attach to a bug."""
