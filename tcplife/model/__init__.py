"""The values that cross rooms: segments, transitions, anomalies, finished connections, and their names."""
