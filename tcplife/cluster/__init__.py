"""Captures shared out among processes or machines, with the same answer as one process.

In: names of captures. Out: finished connections in the order, with the indexes and packet numbers, of one process.
Each file is cut to rows of headers per part of all pairs (`cut`), rows are numbered over all files (`number`), each
part is tracked by the same tracker (`bucket`), and what comes out is put in order again (`answer`). `local` does it
with processes of this machine, `farm` with Dask distributed.
"""
