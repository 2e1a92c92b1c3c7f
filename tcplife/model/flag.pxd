# A truth value of one octet, for objects of which there are many: `bint` takes four.
cdef extern from *:
    ctypedef bint flag "_Bool"
