# What compiled.py finds out at run time is known where this is cimported: what only plain Python does is left out.
cdef extern from *:
    bint COMPILED "((int){1})"
