cimport cython

from tcplife.model cimport digest
from tcplife.model.connection cimport Connection

cdef extern from *:
    int _LENGTH "((int){30})"


@cython.locals(text=bytearray)
cpdef bytes community_id(Connection c)
