"""Tests of the values that cross rooms."""
