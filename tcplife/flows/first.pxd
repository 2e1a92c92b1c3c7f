from tcplife.flows.table cimport Flow
from tcplife.model.segment cimport Segment


# Nobody owns the two here. What of the flow is not the sender's, or with side 1 not the receiver's, stays in `differs`.
cdef inline int side_of(void* flow, void* s, unsigned long long h) noexcept:
    cdef unsigned long long src, dst, turn, differs
    cdef unsigned int sport, dport
    cdef int side
    if flow == <void*>None or (<Flow>flow).hash != h:
        return -1
    src = (<Segment>s).src_lo
    dst = (<Segment>s).dst_lo
    sport = (<Segment>s).sport
    dport = (<Segment>s).dport
    side = ((<Flow>flow).a_lo != src) | ((<Flow>flow).a_port != sport)
    turn = (src ^ dst) & <unsigned long long>-side
    differs = (<Flow>flow).a_lo ^ src ^ turn
    differs |= (<Flow>flow).b_lo ^ dst ^ turn
    turn = (sport ^ dport) & <unsigned int>-side
    differs |= (<Flow>flow).a_port ^ sport ^ turn
    differs |= (<Flow>flow).b_port ^ dport ^ turn
    differs |= <unsigned int>((<Flow>flow).ip_version ^ (<Segment>s).ip_version)
    src = (<Segment>s).src_hi
    dst = (<Segment>s).dst_hi
    if src | dst | (<Flow>flow).a_hi | (<Flow>flow).b_hi:
        turn = (src ^ dst) & <unsigned long long>-side
        differs |= (<Flow>flow).a_hi ^ src ^ turn
        differs |= (<Flow>flow).b_hi ^ dst ^ turn
    return -1 if differs else side
