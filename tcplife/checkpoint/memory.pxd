cimport cython

from tcplife.capture.reader cimport Reader
from tcplife.flows.table cimport Flow, Table
from tcplife.model.segment cimport Segment
from tcplife.pipeline.analysis cimport Analysis
from tcplife.pipeline.sleep cimport wake


@cython.locals(table=Table, flows=list, flow=Flow)
cpdef dict memory_of(Analysis analysis)
cpdef remember(Analysis analysis, dict memory)
@cython.locals(reader=Reader, packet=cython.longlong)
cpdef bint pass_over(Analysis analysis, long long records) except -1
cdef _queue(Analysis analysis, list closed, dict known)
@cython.locals(s=Segment, leaves_ns=cython.longlong)
cdef _enter(Table table, Flow flow)
