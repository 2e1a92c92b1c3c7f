cimport cython

from tcplife.anomalies.streams cimport opened_by
from tcplife.model.names cimport BY_SENDING, CLOSED, LISTEN, SYN
from tcplife.model.segment cimport Segment
from tcplife.summary.zeek cimport ZeekLife
from tcplife.tracker.endpoint cimport Endpoint, first_word, second_word
from tcplife.tracker.inbox cimport candidate_of
from tcplife.tracker.life cimport Life
from tcplife.tracker.opening cimport note_options
from tcplife.tracker.transitions cimport GETS_SYN, SENDS_SYN

cdef int CONGESTED

@cython.locals(zeek=ZeekLife)
cpdef bint born(Life life, Segment s) except -1
@cython.locals(e=Endpoint, p=Endpoint, ts=cython.longlong, packet=cython.longlong)
cdef begins(Life life, Segment s)
