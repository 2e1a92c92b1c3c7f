cimport cython

from tcplife.anomalies.streams cimport answered_by, opened_by
from tcplife.anomalies.wireshark cimport WireStream
from tcplife.model.names cimport ACK, BY_SENDING, CLOSED, CWR, ECE, LISTEN, SYN
from tcplife.model.segment cimport Segment
from tcplife.summary.zeek cimport ZeekLife
from tcplife.tracker.endpoint cimport Endpoint, first_word, second_word
from tcplife.tracker.facts cimport CONGESTED, TOLD
from tcplife.tracker.inbox cimport candidate_of
from tcplife.tracker.life cimport Life
from tcplife.tracker.opening cimport note_options
from tcplife.tracker.transitions cimport GETS_SYN, SENDS_SYN
from tcplife.tracker.usual_opening cimport answers

cdef extern from *:
    int SYN_ACK "((int){18})"

@cython.locals(zeek=ZeekLife, stream=WireStream)
cpdef bint born(Life life, Segment s, Segment answer) except -1
@cython.locals(e=Endpoint, p=Endpoint, ts=cython.longlong, packet=cython.longlong)
cdef begins(Life life, Segment s)
