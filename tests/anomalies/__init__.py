"""Anomalies held against the rules they come from, and against the real tshark."""
