cimport cython


@cython.final
@cython.no_gc
cdef class Judgement:
    cdef public int acked_client, acked_server, half_by, opened_by, opened_how, place, turn, turn_why
    cdef public long long client_ns, closing_ns, half_bytes, half_from, half_ns, half_to, handshake_client_ns, handshake_ns
    cdef public long long handshake_server_ns, idle_ns, network_ns, recovery_ns, server_ns, way_client_ns, way_server_ns, window_ns
    cdef public ResetFacts reset

    cpdef begin(self)
    @cython.locals(at=cython.int, most=cython.longlong)
    cpdef int longest(self) noexcept


cpdef bint is_first_ttl(int ttl) noexcept


@cython.final
@cython.no_gc
cdef class ResetFacts:
    cdef public int by, count, probes, from_state, to_state, ttl, ttl_max, ttl_min, ip_id, ip_id_before, window
    cdef public long long expected, lost_client, lost_server, number, packet, provoked_by, provoked_ns
    cdef public bint accepted, provoked_sure
    cdef public tuple signs

    cpdef begin(self)
