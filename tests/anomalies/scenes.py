"""Scenes by name, each for one or a few of our own kinds, with what it shows as its first line."""

from __future__ import annotations

from tests.anomalies.scenes_clock import CLOCK_SCENES

HELLO = """
0      >  S   0:0   mss=1460                  |
10     <  S.  0:0   ack=1 mss=1460            |
20     >  .   1:0   ack=1                     |
"""
"""A handshake: packets 1, 2, 3; a round trip of 10 ms on either side of the capture point."""

STAMPED = """
0      >  S   0:0   mss=1460 ts=100           |
10     <  S.  0:0   ack=1 mss=1460 ts=900     |
20     >  .   1:0   ack=1 ts=101              |
"""

SCENES = {
    "plain life: nothing to tell": HELLO
    + """
30     >  P.  1:100   ack=1                   |
40     <  P.  1:500   ack=101                 |
50     >  F.  101:0   ack=501                 |
60     <  F.  501:0   ack=102                 |
70     >  .   102:0   ack=502                 |
""",
    "SYN lost before the server, twice": """
0      >  S   0:0     mss=1460                |
1000   >  S   0:0     mss=1460                | syn_repeated=2<1
3000   >  S   0:0     mss=1460                | syn_repeated=3<1
3010   <  S.  0:0     ack=1 mss=1460          |
3020   >  .   1:0     ack=1                   |
""",
    "nobody answers": """
0      >  S   0:0     mss=1460                | syn_unanswered=2
1000   >  S   0:0     mss=1460                | syn_repeated=2<1
""",
    "refused by the host": """
0      >  S   0:0     mss=1460                |
10     <  R.  0:0     ack=1 win=0             | connection_refused<1
""",
    "refused by a router": """
0      >  S   0:0     mss=1460                |
10     >  icmp 3.13                           | connection_unreachable=781<1
""",
    "a router's error in mid-life changes nothing": HELLO
    + """
30     >  P.  1:100   ack=1                   |
31     >  icmp 3.4                            | icmp_error=772
40     <  .   1:0     ack=101                 |
""",
    "octets in a SYN that is sent again": """
0      >  S   0:10    mss=1460                |
1000   >  S   0:10    mss=1460                | syn_repeated=2<1 octets_repeated=10 lost_after_capture=10
1010   <  S.  0:0     ack=11 mss=1460         |
1020   >  .   11:0    ack=1                   |
""",
    "SYN+ACK lost behind the capture point": """
0      >  S   0:0     mss=1460                |
10     <  S.  0:0     ack=1 mss=1460          |
1000   >  S   0:0     mss=1460                | syn_repeated=2<1 syn_ack_lost<2
1010   <  S.  0:0     ack=1 mss=1460          | syn_ack_repeated=2<2
1020   >  .   1:0     ack=1                   |
1030   >  P.  1:10    ack=1                   |
1040   <  .   1:0     ack=11                  |
""",
    "last ACK of the handshake lost behind the capture point": HELLO
    + """
1010   <  S.  0:0     ack=1 mss=1460          | syn_ack_repeated=2<2 handshake_ack_lost<3
1020   >  .   1:0     ack=1                   |
1030   <  P.  1:10    ack=1                   |
""",
    "accept queue full: the server ignores the client until it has room": HELLO
    + """
30     >  P.  1:10    ack=1                   |
230    >  P.  1:10    ack=1                   | octets_repeated=10 lost_after_capture=10
630    >  P.  1:10    ack=1                   | octets_repeated=10 lost_after_capture=10
640    <  .   1:0     ack=11                  | accept_queue_full=2<2
""",
    "half closed, and the server still sends: not stuck": HELLO
    + """
30     >  F.  1:0     ack=1                   |
40     <  .   1:0     ack=2                   |
400    <  P.  1:10    ack=2                   |
401    >  .   2:0     ack=11                  |
end    900
""",
    "closed by the client, and never by the server": HELLO
    + """
30     >  F.  1:0     ack=1                   | stuck_in_close_wait=170 stuck_in_fin_wait_2=170
40     <  .   1:0     ack=2                   |
end    200
""",
    "half open to the end": """
0      >  S   0:0     mss=1460                |
10     <  S.  0:0     ack=1 mss=1460          | handshake_unfinished=2<1
1010   <  S.  0:0     ack=1 mss=1460          | syn_ack_repeated=2<2
""",
    "an old duplicate SYN, RFC 9293 figure 8": """
0      >  S   0:0     mss=1460                | stale_syn<3
10     <  S.  0:0     ack=1 mss=1460          |
20     >  R   1:0     win=0                   |
""",
    "a stray SYN draws a challenge ACK": HELLO
    + """
30     >  P.  1:10    ack=1                   |
40     <  .   1:0     ack=11                  |
500    >  S   777:0   mss=1460                | stray_syn
510    <  .   1:0     ack=11                  | challenge_ack<6
520    >  P.  11:10   ack=1                   |
530    <  .   1:0     ack=21                  |
""",
    "signed where nobody signs": HELLO
    + """
30     >  P.  1:10    ack=1 md5               | signed_in_vain
40     >  P.  1:10    ack=1                   |
50     <  .   1:0     ack=11                  |
""",
    "an answer signed where nobody signs": """
0      >  S   0:0   mss=1460                  |
10     <  S.  0:0   ack=1 mss=1460 md5        | signed_in_vain
1010   <  S.  0:0   ack=1 mss=1460            |
1020   >  .   1:0   ack=1                     |
""",
    "two that sign, as routers do": """
0      >  S   0:0   mss=1460 md5              |
10     <  S.  0:0   ack=1 mss=1460 md5        |
20     >  .   1:0   ack=1 md5                 |
30     >  P.  1:19  ack=1 md5                 |
40     <  .   1:0   ack=20 md5                |
""",
    "a stray SYN+ACK": HELLO
    + """
30     <  S.  9000:0  ack=777 mss=1460        | stray_syn_ack
40     >  .   1:0     ack=1                   | challenge_ack<4
""",
    "the MSS is clamped between two capture points": """
0      >  S   0:0     mss=1460 id=7           |
5      >  S   0:0     mss=1360 id=7           | mss_changed=1360<1 packet_seen_twice
10     <  S.  0:0     ack=1 mss=1460          |
20     >  .   1:0     ack=1                   |
""",
    "the MSS is clamped beyond the capture point": """
0      >  S   0:0     mss=1460                |
10     <  S.  0:0     ack=1 mss=1460          | mss_clamped=1360
20     >  .   1:0     ack=1                   |
30     <  .   1:1360  ack=1                   |
31     <  .   1361:1360  ack=1                |
32     <  .   2721:1360  ack=1                |
33     <  .   4081:1360  ack=1                |
40     >  .   1:0     ack=5441                |
50     <  .   5441:1360  ack=1                |
51     <  .   6801:1360  ack=1                |
52     <  .   8161:1360  ack=1                |
53     <  .   9521:1360  ack=1                |
60     >  .   1:0     ack=10881               |
""",
    "options of one side only": """
0      >  SEW 0:0     mss=1460 scale=7 sackok ts=5  |
10     <  S.  0:0     ack=1 mss=1460          | scale_one_sided<1 sack_one_sided<1 timestamps_one_sided<1 ecn_refused<1
20     >  .   1:0     ack=1                   |
""",
    "the 4-tuple is used again within 2MSL": HELLO
    + """
30     >  F.  1:0     ack=1                   |
40     <  F.  1:0     ack=2                   |
50     >  .   2:0     ack=2                   |
900    >  S   900000:0  mss=1460              | reopened_in_2msl
910    <  S.  900000:0  ack=900001 mss=1460   |
920    >  .   900001:0  ack=900001            |
""",
    "the capture shows a packet twice at once": HELLO
    + """
30     >  P.  1:100   ack=1 id=50             |
30.1   >  P.  1:100   ack=1 id=50             | duplicate_packet
40     <  .   1:0     ack=101                 |
""",
    "the capture shows a packet twice, at two places": HELLO
    + """
30     >  P.  1:100   ack=1 id=50             |
35     >  P.  1:100   ack=1 id=50             | packet_seen_twice
40     <  .   1:0     ack=101                 |
""",
    "lost behind the capture point": HELLO
    + """
30     >  P.  1:100   ack=1                   |
230    >  P.  1:100   ack=1                   | octets_repeated=100 lost_after_capture=100
240    <  .   1:0     ack=101                 |
""",
    "cut anew when sent again": HELLO
    + """
30     >  P.  1:100   ack=1                   |
230    >  P.  1:150   ack=1                   | octets_repeated=100 lost_after_capture=100
240    <  .   1:0     ack=151                 |
""",
    "lost before the capture point": HELLO
    + """
30     >  P.  1:100   ack=1 id=50             |
31     >  P.  201:100 ack=1 id=52             | gap_opened=100
40     <  .   1:0     ack=101                 |
230    >  P.  101:100 ack=1 id=53             | gap_filled=100 lost_before_capture=100
240    <  .   1:0     ack=301                 |
""",
    "overtaken on the way, by the IP ids": HELLO
    + """
30     >  P.  1:100   ack=1 id=103            |
31     >  P.  201:100 ack=1 id=105            | gap_opened=100
39     >  P.  101:100 ack=1 id=104            | gap_filled=100 overtaken=100
60     <  .   1:0     ack=301                 |
""",
    "sent again although acknowledged": HELLO
    + """
30     >  P.  1:100   ack=1                   |
40     <  .   1:0     ack=101                 |
230    >  P.  1:100   ack=1                   | octets_repeated=100 repeated_needlessly=100
""",
    "sent again, and the receiver says that it had it": HELLO.replace("1460 ", "1460 sackok ")
    + """
30     >  P.  1:100   ack=1                   |
230    >  P.  1:100   ack=1                   | octets_repeated=100 repeated_needlessly=100
240    <  .   1:0     ack=101                 |
241    <  .   1:0     ack=101 sack=1-101      | duplicate_reported<5
""",
    "the capture itself lost a packet": HELLO
    + """
30     <  .   1:0     ack=101                 | unseen_octets_acknowledged=100
40     >  P.  101:100 ack=1                   | not_captured=100
50     <  .   1:0     ack=201                 |
""",
    "beyond the window": HELLO
    + """
30     >  P.  90001:100  ack=1                | out_of_window=81808
40     <  .   1:0     ack=1                   | challenge_ack<4
""",
    "the window shrinks": HELLO
    + """
30     >  P.  1:100   ack=1                   |
40     <  .   1:0     ack=101 win=8192        |
50     >  P.  101:100 ack=1                   |
60     <  .   1:0     ack=201 win=4000        | window_shrunk=4092
""",
    "an ACK far older than anything": HELLO.replace("ack=1   ", "ack=1 win=1000 ")
    + """
30     <  P.  1:900   ack=1                   |
40     >  .   1:0     ack=901 win=1000        |
50     <  P.  901:900 ack=1                   |
60     >  .   1:0     ack=1801 win=1000       |
70     <  F.  1801:0  ack=1                   | fin_never_acknowledged=1
80     >  P.  1:10    ack=-90000 win=1000     | impossible_ack data_never_acknowledged=10
end    1100
""",
    "a segment without ACK": HELLO
    + """
30     >  F.  1:0     ack=1                   | stuck_in_fin_wait_2=4970 stuck_in_close_wait=4970
40     <  .   1:0     ack=2                   |
50     <  P   1:10                            | no_ack_flag
end 5000
""",
    "the FIN is lost behind the capture point": HELLO
    + """
30     >  F.  1:0     ack=1                   |
230    >  F.  1:0     ack=1                   | fin_repeated=2<4 fin_lost<4
240    <  F.  1:0     ack=2                   |
250    >  .   2:0     ack=2                   |
""",
    "the last ACK is lost behind the capture point": HELLO
    + """
30     >  F.  1:0     ack=1                   |
40     <  F.  1:0     ack=2                   |
50     >  .   2:0     ack=2                   |
240    <  F.  1:0     ack=2                   | fin_repeated=2<5 ack_of_fin_lost<6 fin_in_time_wait<5
250    >  .   2:0     ack=2                   |
""",
    "a FIN that nobody acknowledges": HELLO
    + """
30     >  F.  1:0     ack=1                   | fin_never_acknowledged=3<6
230    >  F.  1:0     ack=1                   | fin_repeated=2<4 fin_lost<4
630    >  F.  1:0     ack=1                   | fin_repeated=3<4 fin_lost<4
end 9000
""",
    "octets behind the own FIN": HELLO
    + """
30     >  F.  1:0     ack=1                   |
40     >  P.  1:10    ack=1                   | data_after_fin=10<4
50     <  .   1:0     ack=11                  |
""",
    "octets for an endpoint that has closed": HELLO
    + """
30     <  P.  1:10    ack=1                   |
35     >  .   1:0     ack=11                  |
40     >  R.  1:0     ack=11                  | reset_lost_data=20
45     <  P.  11:20   ack=1                   | data_to_closed=20
60     >  R   1:0     win=0                   | reset_after_close
""",
    "a FIN without the timestamps both use": STAMPED
    + """
30     >  P.  1:10    ack=1 ts=102            |
40     <  .   1:0     ack=11 ts=901           |
50     >  F.  11:0    ack=1                   | foreign_fin
60     <  .   1:0     ack=12 ts=902           |
""",
    "the client never closes its half": HELLO
    + """
30     <  F.  1:0     ack=1                   | stuck_in_close_wait=89970 stuck_in_fin_wait_2=89970
40     >  .   1:0     ack=2                   |
end 90000
""",
    "half closed for two minutes": HELLO
    + """
30     >  F.  1:0     ack=1                   | half_closed_long=120000<7
40     <  .   1:0     ack=2                   |
60000  <  P.  1:10    ack=2                   |
120030 <  F.  11:0    ack=2                   |
120040 >  .   2:0     ack=12                  |
""",
    "a reset in the window, not exact": HELLO
    + """
30     >  P.  1:10    ack=1                   |
40     <  .   1:0     ack=11                  |
50     >  R   500:0   win=0                   | reset_ignored=489 foreign_reset reset_forged
60     <  .   1:0     ack=11                  | challenge_ack<6
70     >  P.  11:10   ack=1                   |
80     <  .   1:0     ack=21                  |
""",
    "a middlebox resets in the server's name": HELLO
    + """
30     >  P.  1:10    ack=1                   |
32     <  R   1:0     win=0 ttl=250           | reset_forged reset_lost_data=10
45     <  P.  1:10    ack=11                  | reset_disproved<5 data_to_closed=10
""",
    "the peer has crashed, RFC 9293 figure 10": HELLO
    + """
30     <  P.  1:10    ack=1                   |
40     >  .   1:0     ack=11                  |
50     <  P.  11:10   ack=1                   |
60     >  R   1:0     win=0                   | half_open_discovered<6 reset_lost_data=10
""",
    "the reset is lost behind the capture point": HELLO
    + """
30     >  P.  1:10    ack=1                   |
40     <  .   1:0     ack=11                  |
50     >  R.  11:0    ack=1                   | reset_lost_data=20
90     <  P.  1:20    ack=11                  | reset_lost<6 data_to_closed=20
100    >  R   11:0    win=0                   |
""",
    "TIME_WAIT is assassinated": HELLO
    + """
30     >  F.  1:0     ack=1                   |
40     <  F.  1:0     ack=2                   |
50     >  .   2:0     ack=2                   |
70     <  R   2:0     win=0                   | time_wait_assassinated
""",
    "a translator forgets an idle connection": HELLO
    + """
30     >  P.  1:10    ack=1                   |
40     <  P.  1:10    ack=11                  |
50     >  .   11:0    ack=11                  |
400050 >  P.  11:10   ack=11                  |
400060 <  R   11:0    win=0                   | idle_then_reset=400<7 half_open_discovered<7 reset_lost_data=10
""",
    "the peer falls silent": HELLO
    + """
30     >  P.  1:10    ack=1                   |
230    >  P.  1:10    ack=1                   | octets_repeated=10 lost_after_capture=10 gave_up=4
630    >  P.  1:10    ack=1                   | octets_repeated=10 lost_after_capture=10
1430   >  P.  1:10    ack=1                   | octets_repeated=10 lost_after_capture=10
3030   >  P.  1:10    ack=1                   | octets_repeated=10 lost_after_capture=10 data_never_acknowledged=10
end 60000
""",
    "probes without an answer": HELLO
    + """
30     >  P.  1:10    ack=1                   |
40     <  .   1:0     ack=11                  |
9000   >  .   10:0    ack=1                   | keep_alive_unanswered=3
10000  >  .   10:0    ack=1                   |
11000  >  .   10:0    ack=1                   |
""",
    "a late segment of an endpoint that has reset": HELLO
    + """
30     >  P.  1:10    ack=1 id=103            |
40     <  .   1:0     ack=11                  |
50     >  R.  11:0    ack=1 id=105            |
51     >  .   11:0    ack=1 id=104            | sent_after_close
""",
    "the clock is set back, once": HELLO
    + """
10     >  P.  1:10    ack=1                   | clock_step=10000
12     <  .   1:0     ack=11                  |
15     >  P.  11:10   ack=1                   |
""",
    "a timestamp goes back": STAMPED
    + """
30     >  P.  1:10    ack=1 ts=110            |
40     <  .   1:0     ack=11 ts=910           |
50     >  P.  11:10   ack=1 ts=108            | timestamp_back=2
""",
    "congestion is marked, echoed and heeded": HELLO
    + """
30     >  P.  1:10    ack=1 ce                | ecn_marked
40     <  .E  1:0     ack=11                  | ecn_echoed
50     >  P.W 11:10   ack=1                   | ecn_reduced
60     <  .   1:0     ack=21                  |
""",
    **CLOCK_SCENES,
}
