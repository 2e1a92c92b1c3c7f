cimport cython

from tcplife.model.flag cimport flag
from tcplife.tracker.facts cimport MAX_CANDIDATES
from tcplife.tracker.transitions cimport GETS_ACK_OF_SYN

cdef extern from *:
    long long LATEST_NS "((long long){1000000000LL})"


@cython.final
@cython.no_gc
cdef class Candidate:
    cdef public long long packet, ts_ns, mark, ts_val, seq, ack
    cdef public Candidate later
    cdef public signed char event
    cdef public flag alive, octets, doubted, echoes, told

    @cython.locals(last=Candidate, before=Candidate, number=Py_ssize_t, _=Py_ssize_t)
    cpdef void offer(self, Candidate candidate) noexcept
    @cython.locals(candidate=Candidate, found=int)
    cpdef int count(self, int event) except -1
    @cython.locals(candidate=Candidate)
    cpdef bint has(self, int event) except -1
    @cython.locals(candidate=Candidate, dead=Candidate)
    cpdef Candidate first(self, int event)
    @cython.locals(candidate=Candidate, found=Candidate)
    cpdef Candidate last(self, int event)
    @cython.locals(candidate=Candidate)
    cpdef keep_exact(self, int event)
    @cython.locals(candidate=Candidate)
    cpdef Candidate brought_by(self, int event, long long packet)
    @cython.locals(first=Candidate, before=Candidate, candidate=Candidate)
    cpdef Candidate without(self, int event)
    @cython.locals(candidate=Candidate, found=Candidate)
    cpdef Candidate echoed(self, int event, long long ts_ecr)
    @cython.locals(candidate=Candidate, doubted=int)
    cpdef int doubt(self, int event, long long before_ns) except -1
    @cython.locals(candidate=Candidate)
    cpdef doubt_below(self, int event, long long number)
    @cython.locals(candidate=Candidate)
    cpdef keep_from(self, int event, long long number)
    @cython.locals(candidate=Candidate)
    cpdef renumber(self, int event)
    @cython.locals(candidate=Candidate)
    cpdef doubt_latest(self)
    @cython.locals(candidate=Candidate)
    cpdef refuse_latest(self)
    @cython.locals(candidate=Candidate, died=int, of_nothing=cython.bint)
    cpdef int disprove(self, int event, long long before_ns) except -1
    @cython.locals(candidate=Candidate, found=list)
    cpdef list all(self)


@cython.locals(made=Candidate)
cpdef Candidate candidate_of(int event, long long packet, long long ts_ns, long long mark, long long ts_val, bint octets, long long seq, long long ack, bint echoes)
@cython.locals(first=Candidate, candidate=Candidate, number=Py_ssize_t)
cpdef Candidate chain_of(list candidates)
