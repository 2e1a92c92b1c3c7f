cimport cython

from tcplife.decode.decoder cimport Decoder
from tcplife.model.names cimport ACK
from tcplife.model.segment cimport Segment
from tcplife.tracker.life cimport Life
from tcplife.tracker.observation cimport Observation

cdef extern from *:
    long long NO_VALUE "((long long){-0x4000000000000000LL})"
    int KEPT_PAYLOAD "((int){2048})"

@cython.locals(states=cython.int, after=Py_ssize_t)
cpdef keep_segment(Life life, Segment s, Observation o, Py_ssize_t before, Decoder decoder)
