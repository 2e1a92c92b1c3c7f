"""Records to segments: link headers, IP, tunnels, fragments, TCP."""
