"""A finished life -> its record: close, statistics, verdict, Zeek's words."""
