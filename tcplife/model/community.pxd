cimport cython

from tcplife.model cimport digest
from tcplife.model.connection cimport Connection

cdef int _LENGTH


@cython.locals(text=bytearray)
cpdef bytes community_id(Connection c)
