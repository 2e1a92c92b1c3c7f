from tcplife.tracker.facts cimport BELOW_ACK, DATA_AFTER_FIN, KEEP_ALIVE, LATE_COPY, OUT_OF_WINDOW, TWIN
from tcplife.tracker.observation cimport Observation

cdef extern from *:
    Py_ssize_t NO "((Py_ssize_t){-0x4000000000000001})"
    Py_ssize_t YES "((Py_ssize_t){-0x4000000000000000})"

cpdef Py_ssize_t duplicate_packet(Observation seen) except? -1
cpdef Py_ssize_t packet_seen_twice(Observation seen) except? -1
cpdef Py_ssize_t octets_repeated(Observation seen) except? -1
cpdef Py_ssize_t lost_after_capture(Observation seen) except? -1
cpdef Py_ssize_t octets_refused(Observation seen) except? -1
cpdef Py_ssize_t late_copy(Observation seen) except? -1
cpdef Py_ssize_t repeated_needlessly(Observation seen) except? -1
cpdef Py_ssize_t gap_opened(Observation seen) except? -1
cpdef Py_ssize_t gap_filled(Observation seen) except? -1
cpdef Py_ssize_t overtaken(Observation seen) except? -1
cpdef Py_ssize_t lost_before_capture(Observation seen) except? -1
cpdef Py_ssize_t not_captured(Observation seen) except? -1
cpdef Py_ssize_t unseen_octets_acknowledged(Observation seen) except? -1
cpdef Py_ssize_t duplicate_reported(Observation seen) except? -1
