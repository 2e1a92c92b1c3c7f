cimport cython

from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.inbox cimport Candidate, Inbox
from tcplife.tracker.life cimport Life
from tcplife.tracker.observation cimport Observation
from tcplife.tracker.opening cimport hop_ns
from tcplife.tracker.stream cimport Islands

cdef int ACK, BY_SENDING, CLOSE_WAIT, CLOSED, CLOSING, ESTABLISHED, LAST_ACK, LISTEN, SYN_RECEIVED, SYN_SENT
cdef int TIME_WAIT, UNKNOWN
cdef long long RST_FOREIGN, RST_IGNORED, RST_IN_TIME_WAIT, RST_TAKEN
cdef int GETS_ACK_OF_FIN, GETS_ACK_OF_SYN, GETS_FIN, GETS_RST, GETS_RST_AFTER_LISTEN, GETS_SYN_ACK, SENDS_RST

cdef long long ANSWER_NS, JITTER_NS

@cython.locals(e=Endpoint, p=Endpoint, event=cython.int, reaches=cython.bint)
cpdef sends_rst(Observation o)
@cython.locals(life=Life)
cdef _ends_sender(Observation o, Endpoint e, Endpoint p)
@cython.locals(before=cython.int)
cdef _close(Observation o, Endpoint e)
@cython.locals(inbox=Inbox, since=cython.longlong, candidate=Candidate, event=cython.int, abort=cython.int, answer=cython.longlong, taken=cython.bint)
cdef _take_what_came_before(Observation o, Endpoint e, Endpoint p)
cdef bint _is_own(Observation o, Endpoint e, Endpoint p) except -1
@cython.locals(state=cython.int, e=Endpoint, islands=Islands)
cdef bint _accepts(Observation o, Endpoint p) except -1
