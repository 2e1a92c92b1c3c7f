"""Finished connections to output: for people, for programs, and explained."""
