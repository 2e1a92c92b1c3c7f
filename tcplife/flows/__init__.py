"""Segment -> flow and direction: the table of 4-tuples, its bounds, and who is who."""
