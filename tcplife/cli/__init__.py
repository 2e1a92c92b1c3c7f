"""The command line: click only here; everything it prints comes from the report room."""
