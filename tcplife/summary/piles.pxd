cimport cython

from tcplife.model cimport longs
from tcplife.model.connection cimport Connection
from tcplife.model.names cimport CLOSE_WAIT, SYN_RECEIVED, TIME_WAIT
from tcplife.summary.floods cimport Floods
from tcplife.summary.spots cimport Spot, Spots

cdef extern from *:
    long long HALF_OPEN_NS "((long long){0xeab17b600LL})"

cdef bytearray _STATES

cdef bytearray _row_states()


@cython.final
@cython.no_gc
cdef class Heap(Spot):
    cdef public int state, side
    cdef public long long first_packet, left, longest_ns, since_ns, total

    cdef name(self, Connection c, int state, int side)
    cdef bint is_for(self, Connection c) noexcept
    cdef long long oldest_ns(self, long long now_ns) noexcept


@cython.final
@cython.no_gc
cdef class Piles:
    cdef Spots _heaps
    cdef list _latest
    cdef Floods _floods
    cdef long long _most, _omitted

    @cython.locals(states=bytearray, size=Py_ssize_t, rows="long long*", at=Py_ssize_t, later=Py_ssize_t, code=cython.longlong, state=cython.int, side=cython.int, leave_ns=cython.longlong)
    cpdef take(self, Connection c, long long now_ns, long long time_wait_ns=*)
    @cython.locals(heap=Heap)
    cdef _stay(self, Connection c, int state, int side, long long enter_ns, long long leave_ns)
    @cython.locals(what=cython.int, latest=list, heap=Heap)
    cdef Heap _heap_of(self, Connection c, int state, int side)
    @cython.locals(heaps=Spots, version=cython.int, found=Spot, heap=Heap)
    cdef Heap _found(self, Connection c, int state, int side, int what)
    @cython.locals(kept=list, before=list, heap=Heap)
    cdef bint _make_room(self) except -1
    @cython.locals(heap=Heap, oldest_s=cython.double, stuck=cython.bint)
    cdef list _greatest(self, long long now_ns)

cdef double _seconds(long long ns) noexcept
cdef object _pile(Heap heap, long long now_ns, object peak, object peak_ns)
