cimport cython

from tcplife.flows cimport mix
from tcplife.model cimport fetch
from tcplife.model.compiled cimport COMPILED
from tcplife.model.flag cimport flag
from tcplife.model.segment cimport Segment

cdef Py_ssize_t SHARE
cdef extern from *:
    long long SECOND_NS "((long long){1000000000LL})"
    Py_ssize_t SLACK "((Py_ssize_t){1024})"
    Py_ssize_t STALE "((Py_ssize_t){256})"


@cython.no_gc
cdef class Flow:
    # In this order: who goes along a chain reads the first line of each flow and no other; a plain segment of a life
    # asleep asks for two, as `index` and what follows until its endpoints is just one line's rest (see Endpoint).
    cdef public unsigned long long hash
    cdef public Flow chain
    cdef public unsigned long long a_lo, b_lo
    cdef public unsigned short a_port, b_port
    cdef public signed char ip_version
    cdef public flag gone, sown, asleep
    cdef public unsigned long long a_hi, b_hi
    cdef public long long last_ns, index, leaves_ns, asked_ns

    cpdef unnamed(self)


@cython.final
@cython.no_gc
cdef class Table:
    cdef list _heads
    cdef unsigned long long _mask, _secret
    cdef public long long changes
    cdef public unsigned long long changed, changed_before
    cdef public Py_ssize_t count
    cdef public int side
    cdef dict _due
    cdef list _visits
    cdef readonly dict known
    cdef long long _now_s, _stale, _visits_s
    cdef list _activity, _queue
    cdef Py_ssize_t _queue_at

    cdef unsigned long long _hash(self, Segment s) noexcept
    @cython.locals(flow=Flow)
    cpdef Flow find(self, Segment s)
    @cython.locals(flow=Flow)
    cdef Flow search(self, Segment s, unsigned long long h)
    cdef _forget(self, Flow flow)
    @cython.locals(h=cython.ulonglong, at=cython.ulonglong)
    cpdef add(self, Flow flow, Segment s)
    @cython.locals(flow=Flow, rest=Flow, backwards=Flow, mask=cython.ulonglong, at=cython.ulonglong)
    cpdef _grow(self)
    cpdef name(self, Flow flow, Segment s)
    @cython.locals(second=cython.longlong, visits=list, flow=Flow)
    cdef _sweep(self)
    @cython.locals(other=Flow, at=cython.ulonglong)
    cpdef remove(self, Flow flow)
    @cython.locals(other=Flow, at=cython.ulonglong)
    cpdef replace(self, Flow flow, Flow by)
    @cython.locals(second=cython.longlong)
    cpdef schedule(self, Flow flow, long long leaves_ns)
    cpdef bint has_due(self, long long now_ns) noexcept
    @cython.locals(flow=Flow, leaves=cython.longlong)
    cpdef list due(self, long long now_ns)
    @cython.locals(activity=list)
    cpdef _note_activity(self, Flow flow)
    @cython.locals(queue=list, activity=list, last=Flow)
    cdef _ask(self, Flow flow)
    @cython.locals(flow=Flow, first=Flow, activity=list, queue=list, queued=cython.bint)
    cpdef Flow evict(self)
    @cython.locals(flow=Flow, number=Py_ssize_t, low=cython.longlong, high=cython.longlong, heads=list, found=list, places=list, ordered=list)
    cpdef list flows(self)
