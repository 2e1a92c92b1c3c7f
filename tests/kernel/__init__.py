"""The kernel as judge: real sockets on a controlled link, and what the kernel says of their states."""
