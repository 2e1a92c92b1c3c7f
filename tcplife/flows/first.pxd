from tcplife.flows.table cimport Flow
from tcplife.model.segment cimport Segment


# Nobody owns the flow here. What of it is not the sender's, or with side 1 not the receiver's, stays in `differs`.
cdef inline int side_of(void* flow, Segment s, unsigned long long h) noexcept:
    cdef unsigned long long low, high, differs
    cdef int side, port
    if flow == <void*>None or (<Flow>flow).hash != h:
        return -1
    side = ((<Flow>flow).a_lo != s.src_lo) | ((<Flow>flow).a_port != s.sport)
    low = (s.src_lo ^ s.dst_lo) & <unsigned long long>-side
    high = (s.src_hi ^ s.dst_hi) & <unsigned long long>-side
    port = (s.sport ^ s.dport) & -side
    differs = (<Flow>flow).a_lo ^ s.src_lo ^ low
    differs |= (<Flow>flow).b_lo ^ s.dst_lo ^ low
    differs |= (<Flow>flow).a_hi ^ s.src_hi ^ high
    differs |= (<Flow>flow).b_hi ^ s.dst_hi ^ high
    differs |= <unsigned int>((<Flow>flow).a_port ^ s.sport ^ port)
    differs |= <unsigned int>((<Flow>flow).b_port ^ s.dport ^ port)
    differs |= <unsigned int>((<Flow>flow).ip_version ^ s.ip_version)
    return -1 if differs else side
