cimport cython

from tcplife.flows.table cimport Flow, Table
from tcplife.model.segment cimport Segment
from tcplife.pipeline cimport Analysis


@cython.locals(table=Table)
cpdef dict memory_of(Analysis analysis)
cpdef remember(Analysis analysis, dict memory)
cdef _queue(Analysis analysis, list closed, dict known)
@cython.locals(s=Segment, leaves_ns=cython.longlong)
cdef _enter(Table table, Flow flow)
