"""Scenes of clocks: the capture's own, against the timestamps of both sides."""

from __future__ import annotations

CLOCKED = """
0      >  S   0:0     mss=1460 ts=100          |
10     <  S.  0:0     ack=1 mss=1460 ts=900    |
20     >  .   1:0     ack=1 ts=120             |
200    >  P.  1:10    ack=1 ts=300             |
210    <  P.  1:10    ack=11 ts=1100           |
220    >  .   11:0    ack=11 ts=320            |
"""
"""Both timestamp clocks tick every millisecond."""

CLOCK_SCENES = {
    "the capture's clock is set forward by an hour, while nobody waited": CLOCKED
    + """
3600200 >  P.  11:10   ack=11 ts=350           |
3600210 <  P.  11:10   ack=21 ts=1160          | clock_jump=3599940000<7
3600220 >  .   21:0    ack=21 ts=370           |
""",
    "an hour of silence is none": CLOCKED
    + """
3600200 >  P.  11:10   ack=11 ts=3600300       |
3600210 <  P.  11:10   ack=21 ts=3601100       |
3600220 >  .   21:0    ack=21 ts=3600320       |
""",
    "a segment held up for ten seconds moves no clock": CLOCKED
    + """
10200  >  P.  11:10   ack=11 ts=330           |
10210  <  .   11:0    ack=21 ts=11100         |
""",
    "stored in another order by the capture": CLOCKED
    + """
230    >  P.  11:100  ack=11 ts=330           |
228    <  .   11:0    ack=11 ts=1118          | stored_late=2000
""",
    "a segment held up on its way comes after its repeat": CLOCKED
    + """
230    >  .   11:100  ack=11 ts=330           |
240    >  .   211:100 ack=11 ts=340           | gap_opened=100
250    <  .   11:0    ack=111 ts=1140         |
500    >  .   111:100 ack=11 ts=600           | gap_filled=100 repeated_needlessly=100
600    >  .   111:100 ack=11 ts=335           | timestamp_back=265 octets_repeated=100 late_copy<10
""",
    "timestamps that count packets are no clocks": """
0      >  S   0:0     mss=1460 ts=100          |
10     <  S.  0:0     ack=1 mss=1460 ts=900    |
20     >  .   1:0     ack=1 ts=101             |
200    >  P.  1:10    ack=1 ts=102             |
210    <  P.  1:10    ack=11 ts=901            |
60000  >  P.  11:10   ack=11 ts=103            |
60010  <  P.  11:10   ack=21 ts=902            |
60020  >  .   21:0    ack=21 ts=104            |
""",
}
