cimport cython

from tcplife.decode.decoder cimport Decoder
from tcplife.model.names cimport ACK
from tcplife.model.segment cimport Segment
from tcplife.tracker.life cimport Life
from tcplife.tracker.observation cimport Observation

cdef long long NO_VALUE
cdef int KEPT_PAYLOAD

@cython.locals(states=cython.int, after=Py_ssize_t)
cpdef keep_segment(Life life, Segment s, Observation o, Py_ssize_t before, Decoder decoder)
