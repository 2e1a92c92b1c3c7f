cimport cython

from tcplife.anomalies.judge cimport in_packet_order, judge_life
from tcplife.model cimport longs
from tcplife.model.connection cimport Connection, SideStats
from tcplife.model.judgement cimport Judgement
from tcplife.summary.close cimport judge_close
from tcplife.summary.forensics cimport examine_reset
from tcplife.summary.judge cimport judge
from tcplife.summary.verdict cimport judge_verdict
from tcplife.summary.zeek cimport ZeekLife
from tcplife.tracker.account cimport Account, SideAccount
from tcplife.tracker.endpoint cimport Endpoint
from tcplife.tracker.life cimport Life
from tcplife.tracker.mending cimport Mending
from tcplife.tracker.timing cimport Timing

cdef extern from *:
    int DUPLICATE_ACK "((int){4})"
    int WORD "((int){64})"
    unsigned long long BIT "((unsigned long long){1ULL})"

cdef bytearray _SEVERITIES

cdef bytearray _severities()
@cython.locals(numbers="long long*", size=Py_ssize_t, at=Py_ssize_t)
cdef object _turned(object rows, int side)
@cython.locals(numbers="long long*", size=Py_ssize_t, at=Py_ssize_t)
cdef object _turned_anomalies(object rows, int side)
cdef object _turned_segments(object rows, int side)

@cython.locals(c=Connection, side=cython.int, client=Endpoint, server=Endpoint, account=Account, zeek=ZeekLife)
cpdef Connection conclude(Life life, object tunnel)
@cython.locals(mending=Mending)
cdef _take_account(SideStats s, SideAccount mine)
@cython.locals(severities=bytearray, size=Py_ssize_t, rows="long long*", low=cython.ulonglong, high=cython.ulonglong, worst=cython.int, at=Py_ssize_t, kind=cython.int)
cdef _count_anomalies(Connection c)
@cython.locals(s=SideStats, payload_end=cython.longlong, acked=cython.longlong, timing=Timing, count=Py_ssize_t)
cpdef SideStats side_stats(Endpoint e, Endpoint p)
