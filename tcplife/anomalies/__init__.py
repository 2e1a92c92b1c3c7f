"""Facts -> kinds of anomaly: Wireshark's flags and our own rules."""
