from tcplife.flows.table cimport Flow
from tcplife.model.segment cimport Segment


# Nobody owns the two here. What of the flow is not the sender's, or with side 1 not the receiver's, stays in `differs`.
cdef inline int side_of(void* flow, void* s) noexcept:
    cdef unsigned long long src = (<Segment>s).src_lo
    cdef unsigned long long dst = (<Segment>s).dst_lo
    cdef unsigned long long turn, differs
    cdef unsigned int sport = (<Segment>s).sport
    cdef unsigned int dport = (<Segment>s).dport
    cdef int side = ((<Flow>flow).a_lo != src) | ((<Flow>flow).a_port != sport)
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


# The same of IPv4: what stands in the header side by side is compared side by side, as it is and the other way round.
cdef inline int side_of_four(void* flow, unsigned long long addresses, unsigned int ports) noexcept:
    cdef unsigned long long differs = addresses ^ ((<Flow>flow).a_lo << 32 | (<Flow>flow).b_lo)
    cdef unsigned int apart = ports ^ (<unsigned int>(<Flow>flow).a_port << 16 | (<Flow>flow).b_port)
    cdef unsigned long long turned = differs ^ addresses ^ (addresses << 32 | addresses >> 32)
    turned |= apart ^ ports ^ (ports << 16 | ports >> 16)
    differs |= apart
    if (differs != 0) & (turned != 0) | ((<Flow>flow).ip_version != 4):
        return -1
    return differs != 0
