cimport cython

from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.facts cimport KEEP_ALIVE, NOT_CAPTURED, OPENS_GAP, OUT_OF_WINDOW
from tcplife.tracker.observation cimport Observation
from tcplife.tracker.stream cimport Islands
from tcplife.tracker.timing cimport new_timing


cpdef empty_elsewhere(Observation o, Endpoint e)
cpdef fin_alone(Observation o, Endpoint e, Endpoint p)
@cython.locals(limit=cython.longlong)
cpdef write_off(Observation o, Endpoint e, long long upto)
cpdef Py_ssize_t sure_edge(Endpoint e) except? -1
@cython.locals(edge=cython.longlong, facts=cython.longlong)
cpdef Py_ssize_t octets_in_doubt(Observation o, Endpoint e, long long end) except? -1
@cython.locals(islands=Islands)
cpdef has_beyond_window(Observation o, Endpoint e, Endpoint p)
cpdef miss(Observation o, long long octets)
