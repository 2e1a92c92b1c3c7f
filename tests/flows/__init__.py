"""Who talks to whom: the table of 4-tuples against a plain dict, its bounds, and who leaves it when."""
