"""TCP options in tcpdump's words: "mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7".

In: the octets of an options field, how long it is by its header, and the numbers SACK edges are relative to. Out: text,
and whether the capture cut the field. Source: tcpdump 4.99's output, which the tests hold this to; IANA "TCP Option
Kind Numbers".
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

M32: Final = 0xFFFF_FFFF
END, NOP, MSS, WSCALE, SACK_OK, SACK = range(6)
ECHO, ECHO_REPLY, TIMESTAMPS = 6, 7, 8
CC, CC_NEW, CC_ECHO = 11, 12, 13
SIGNATURE, SCPS, USER_TIMEOUT, TCP_AO, MPTCP, FAST_OPEN, EXPERIMENT = 19, 20, 28, 29, 30, 34, 254
FAST_OPEN_MAGIC: Final = 0xF989  # RFC 7413 4.1.1
SIGNATURE_OCTETS: Final = 16  # RFC 2385
COOKIE: Final = (4, 16)  # RFC 7413 4.1.1: shortest and longest cookie
NAMES: Final = {
    END: "eol", NOP: "nop", MSS: "mss", WSCALE: "wscale", SACK_OK: "sackOK", SACK: "sack", ECHO: "echo",
    ECHO_REPLY: "echoreply", TIMESTAMPS: "TS", CC: "cc", CC_NEW: "ccnew", CC_ECHO: "", SIGNATURE: "md5", SCPS: "scps",
    USER_TIMEOUT: "uto", TCP_AO: "tcp-ao", MPTCP: "mptcp", FAST_OPEN: "tfo", EXPERIMENT: "exp",
}  # fmt: skip


class _BadOptionError(Exception):
    """The option does not fit; what was printed of it stays. args: that text."""


class _CutError(Exception):
    """The capture ends inside the option. args: what was printed of it."""


def options_text(octets: bytes, size: int, flags: int = 0, base: int = 0, *, more: bool = False) -> tuple[str, bool]:
    """The options in tcpdump's words, and whether they are whole.

    octets: what was captured of the field; size: its length by the data offset. flags: of the segment (MPTCP's options
    depend on them). base: what SACK edges are relative to. more: octets were captured behind the field. False: the text
    ends as tcpdump's line then ends.
    """
    at = 0
    told: list[str] = []
    while at < size:
        try:
            if more and at == size - 1 and octets[at] > NOP:
                raise _BadOptionError  # noqa: TRY301 - a length of one cannot be right, whatever stands behind the field
            text, at = _one(octets, at, size, flags, base)
        except _CutError as cut:
            inside = "mptcp" if any(text.startswith("mptcp") for text in told) else "tcp"
            bracket = ">" if told and str(cut) else ""
            return ",".join([*told, f"{cut} [|{inside}]{bracket}"]), False
        except _BadOptionError as bad:
            return ",".join([*told, f"{bad}[bad opt]"]) + ("]" if told else ""), False
        told.append(text)
        if octets[at - 1] == END and text == NAMES[END]:
            break
    return ",".join(told), True


def _one(octets: bytes, at: int, size: int, flags: int, base: int) -> tuple[str, int]:
    """The option that begins at `at`, in words, and where the next one begins.

    As tcpdump does, an option of a fixed length takes its octets whatever its own length says, and tells that.
    """
    kind = _octet(octets, at)
    name = NAMES.get(kind, f"unknown-{kind}")
    if kind in (END, NOP):
        return name, at + 1
    length = _octet(octets, at + 1)
    if length < 2 or length > size - at:
        raise _BadOptionError
    need, tell = _FIXED.get(kind, (length - 2, None))
    end = at + 2 + need
    if end > size:
        raise _BadOptionError(name)
    if end > len(octets):
        raise _CutError(name)
    data = octets[at + 2 : end]
    if tell is None:
        return _variable(kind, name, data, flags, base), end
    return name + tell(data) + (f"[len {length}]" if length != need + 2 else ""), end


def _octet(octets: bytes, at: int) -> int:
    if at >= len(octets):
        raise _CutError
    return octets[at]


def _variable(kind: int, name: str, data: bytes, flags: int, base: int) -> str:
    """An option as long as it says."""
    if kind == SACK:
        return name + _sack(data, base)
    if kind == MPTCP:
        return name + _mptcp(name, data, flags)
    if kind == FAST_OPEN:
        return f"{name}  {_fast_open(data)}"
    if kind == EXPERIMENT:
        return _experiment(name, data)
    if kind == TCP_AO:
        return name + _authentication(data)
    return name + (f" 0x{data.hex()}" if data else "")


def _u(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "big")


def _user_timeout(data: bytes) -> str:
    """Source: RFC 5482 3: the highest bit says minutes; tcpdump reads the lowest."""
    value = _u(data, 0, 2)
    return f" 0x{value:x} {(value >> 1) * 60 if value & 1 else value >> 1}"


_FIXED: Final[dict[int, tuple[int, Callable[[bytes], str]]]] = {
    MSS: (2, lambda data: f" {_u(data, 0, 2)}"),
    WSCALE: (1, lambda data: f" {data[0]}"),
    SACK_OK: (0, lambda _: ""),
    ECHO: (4, lambda data: f" {_u(data, 0, 4)}"),
    ECHO_REPLY: (4, lambda data: f" {_u(data, 0, 4)}"),
    CC: (4, lambda data: f" {_u(data, 0, 4)}"),
    CC_NEW: (4, lambda data: f" {_u(data, 0, 4)}"),
    CC_ECHO: (4, lambda data: f" {_u(data, 0, 4)}"),
    TIMESTAMPS: (8, lambda data: f" val {_u(data, 0, 4)} ecr {_u(data, 4, 4)}"),
    SIGNATURE: (SIGNATURE_OCTETS, lambda data: f" shared secret not supplied with -M, can't check - {data.hex()}"),
    SCPS: (2, lambda data: f" cap {data[0]:02x} id {data[1]}"),
    USER_TIMEOUT: (2, _user_timeout),
}
"""Options of a fixed length: octets behind kind and length, and how they are told."""


def _sack(data: bytes, base: int) -> str:
    if len(data) % 8:
        return " invalid sack"
    edges = [(_u(data, at, 4) - base & M32, _u(data, at + 4, 4) - base & M32) for at in range(0, len(data), 8)]
    return f" {len(edges)} " + "".join(f"{{{left}:{right}}}" for left, right in edges)


def _fast_open(data: bytes) -> str:
    """Source: RFC 7413 4.1.1."""
    if not data:
        return "cookiereq"
    low, high = COOKIE
    return "(invalid)" if len(data) % 2 or not low <= len(data) <= high else f"cookie {data.hex()}"


def _experiment(name: str, data: bytes) -> str:
    """Source: RFC 6994 3."""
    if len(data) < 2:
        raise _BadOptionError(name)
    magic = _u(data, 0, 2)
    return f"{name}-tfo {_fast_open(data[2:])}" if magic == FAST_OPEN_MAGIC else f"{name}-{magic:04x}"


def _authentication(data: bytes) -> str:
    """Source: RFC 5925 2.2."""
    if len(data) < 2:
        return " (invalid)"
    mac = f" mac 0x{data[2:].hex()}" if len(data) > 2 else ""
    return f" keyid {data[0]} rnextkeyid {data[1]}{mac}"


SUBTYPES: Final = ("capable", "join", "dss", "add-addr", "rem-addr", "prio", "fail", "fast-close", "unknown")
SYN_FLAG, ACK_FLAG = 2, 16


def _mptcp(name: str, data: bytes, flags: int) -> str:
    """An MPTCP option. Source: RFC 8684 3."""
    if not data:
        raise _BadOptionError(name)
    subtype = min(data[0] >> 4, len(SUBTYPES) - 1)
    head = f" {len(data) + 2} {SUBTYPES[subtype]}"
    tellers: tuple[Callable[[bytes, int], tuple[str, bool]], ...] = (
        _capable, _join, _dss, _add_addr, _rem_addr, _prio, _fail, _fast_close, _unknown,
    )  # fmt: skip
    text, whole = tellers[subtype](data, flags)
    if not whole:
        raise _BadOptionError(name + head + text)
    return head + text


def _capable(data: bytes, flags: int) -> tuple[str, bool]:
    size = len(data) + 2
    on_syn = size in (4, 12) and flags & SYN_FLAG
    on_ack = size in (20, 22) and flags & (SYN_FLAG | ACK_FLAG) == ACK_FLAG
    if not on_syn and not on_ack:
        return "", False
    version = data[0] & 15
    if version > 1:
        return f" Unknown Version ({version})", True
    text = f" v{version}" + (" csum" if data[1] & 0x80 else "")
    if size == 4:
        return text, True
    keys = [f"0x{_u(data, at, 8):x}" for at in ((2, 10) if size >= 20 else (2,))]
    return f"{text} {{{','.join(keys)}}}", True


def _join(data: bytes, flags: int) -> tuple[str, bool]:
    size = len(data) + 2
    syn, ack = flags & SYN_FLAG, flags & ACK_FLAG
    head = (" backup" if data[0] & 1 else "") + (f" id {data[1]}" if len(data) > 1 else "")
    if size == 12 and syn:
        return f"{head} token 0x{_u(data, 2, 4):x} nonce 0x{_u(data, 6, 4):x}", True
    if size == 16 and syn and ack:
        return f"{head} hmac 0x{_u(data, 2, 8):x} nonce 0x{_u(data, 10, 4):x}", True
    if size == 24 and ack:
        return f" hmac 0x{data[2:22].hex()}", True
    return "", False


def _dss(data: bytes, flags: int) -> tuple[str, bool]:
    if len(data) < 2 or flags & SYN_FLAG:
        return "", False
    bits = data[1]
    text = " fin" if bits & 0x10 else ""
    at = 2
    if bits & 0x01:
        size = 8 if bits & 0x02 else 4
        text += " ack "
        if len(data) < at + size:
            return text, False
        text += str(_u(data, at, size))
        at += size
    if bits & 0x04:
        more, at, whole = _mapping(data, at, 8 if bits & 0x08 else 4)
        text += more
        if not whole:
            return text, False
    return text, at == len(data)


def _mapping(data: bytes, at: int, size: int) -> tuple[str, int, bool]:
    """Data sequence number, subflow sequence number, length, checksum where there is one."""
    text = " seq "
    for width, label in ((size, ""), (4, " subseq "), (2, " len ")):
        if len(data) < at + width:
            return text, at, False
        text += f"{label}{_u(data, at, width)}"
        at += width
    if len(data) >= at + 2:
        text += f" csum 0x{_u(data, at, 2):x}"
        at += 2
    return text, at, True


def _add_addr(data: bytes, flags: int) -> tuple[str, bool]:
    size = len(data) + 2
    if size not in (8, 10, 16, 18, 20, 22, 28, 30):
        return "", False
    text = {0: " v1", 1: " v1-echo", 4: " v0-ip4", 6: " v0-ip6"}.get(data[0] & 15, " [bad version/echo]")
    octets = 4 if size < 20 else 16
    address = str(IPv4Address(data[2:6])) if octets == 4 else str(IPv6Address(data[2:18]))
    text += f" id {data[1]} {address}"
    rest = data[2 + octets :]
    if len(rest) in (2, 10):
        text += f":{_u(rest, 0, 2)}"
        rest = rest[2:]
    if rest:
        text += f" hmac 0x{_u(rest, 0, 8):x}"
    return text, True


def _rem_addr(data: bytes, flags: int) -> tuple[str, bool]:
    if len(data) < 2:
        return "", False
    return " id" + "".join(f" {number}" for number in data[1:]), True


def _prio(data: bytes, flags: int) -> tuple[str, bool]:
    if len(data) > 2:
        return "", False
    text = " backup" if data[0] & 1 else " non-backup"
    return text + (f" id {data[1]}" if len(data) == 2 else ""), True


def _fail(data: bytes, flags: int) -> tuple[str, bool]:
    return (f" seq {_u(data, 2, 8)}", True) if len(data) == 10 else ("", False)


def _fast_close(data: bytes, flags: int) -> tuple[str, bool]:
    return (f" key 0x{_u(data, 2, 8):x}", True) if len(data) == 10 else ("", False)


def _unknown(data: bytes, flags: int) -> tuple[str, bool]:
    return "", True
