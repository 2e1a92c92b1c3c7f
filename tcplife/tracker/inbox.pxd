cimport cython

cdef Py_ssize_t MAX_CANDIDATES


@cython.final
@cython.no_gc
cdef class Candidate:
    cdef public int event
    cdef public bint alive, octets, doubted, echoes, told
    cdef public long long packet, ts_ns, mark, ts_val, seq, ack


@cython.locals(made=Candidate)
cpdef Candidate candidate_of(int event, long long packet, long long ts_ns, long long mark, long long ts_val, bint octets, long long seq, long long ack, bint echoes)


@cython.final
@cython.no_gc
cdef class Inbox:
    cdef public list waiting
    @cython.locals(waiting=list)
    cpdef offer(self, Candidate candidate)
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
    @cython.locals(waiting=list, candidate=Candidate, other=Candidate, kept=Py_ssize_t)
    cpdef forget(self, int event)
    @cython.locals(candidate=Candidate, found=Candidate)
    cpdef Candidate echoed(self, int event, long long ts_ecr)
    @cython.locals(candidate=Candidate, doubted=int)
    cpdef int doubt(self, int event, long long before_ns) except -1
    @cython.locals(candidate=Candidate)
    cpdef doubt_latest(self)
    @cython.locals(candidate=Candidate, died=int)
    cpdef int disprove(self, int event, long long before_ns) except -1
