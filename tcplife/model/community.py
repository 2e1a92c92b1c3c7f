# cython: annotation_typing=False, boundscheck=False, wraparound=False, cdivision=True, nonecheck=False
"""Community ID version 1: one name for a flow, the same in Zeek, Suricata, Arkime and Wireshark.

In: the two ends of a connection. Out: "1:" and a base64 SHA-1. Source: github.com/corelight/community-id-spec.
"""

from __future__ import annotations

from array import array
from binascii import b2a_base64
from hashlib import sha1
from struct import Struct
from typing import TYPE_CHECKING

from .compiled import COMPILED
from .names import M32

if TYPE_CHECKING:
    from .connection import Connection

_V4 = Struct(">HIIBBHH").pack
_V6 = Struct(">HQQQQBBHH").pack
_TCP = 6
_SEED = 0
_H1 = 0xEFCDAB89
_H2 = 0x98BADCFE
_H4 = 0xC3D2E1F0
_K2 = 0x8F1BBCDC
_K3 = 0xCA62C1D6
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def community_id(c: Connection) -> bytes:
    """The ID of a connection, ASCII: b"1:wCb3OG7yAFWelaUydu0D+125CLM="; either direction gives the same.

    The lower end (address, then port) comes first; the seed is 0, as everywhere by default.
    """
    if COMPILED:
        return _DIGEST.id_of(c)
    one, two = (c.client_hi, c.client_lo, c.client_port), (c.server_hi, c.server_lo, c.server_port)
    if one > two:
        one, two = two, one
    if c.ip_version == 4:
        octets = _V4(_SEED, one[1], two[1], _TCP, 0, one[2], two[2])
    else:
        octets = _V6(_SEED, one[0], one[1], two[0], two[1], _TCP, 0, one[2], two[2])
    return b"1:" + b2a_base64(sha1(octets, usedforsecurity=False).digest(), newline=False)


class Digest:
    """SHA-1 of one short message in place, for compiled code: making a hash object for each costs ten times as much.

    words: the message schedule; the message is put together from halves of words. Source: FIPS 180-4 6.1.2.
    """

    __slots__ = ("_halves", "_text", "_words")

    def __init__(self) -> None:
        self._words = array("Q", bytes(80 * 8))
        self._halves = 0
        self._text = bytearray(b"1:" + bytes(28))

    def id_of(self, c: Connection) -> bytes:
        """The ID of a connection."""
        words = self._words
        for at in range(16):
            words[at] = 0
        self._halves = 0
        self._half(_SEED)
        turned = _is_turned(c)
        if turned:
            self._address(c.server_hi, c.server_lo, c.ip_version)
            self._address(c.client_hi, c.client_lo, c.ip_version)
        else:
            self._address(c.client_hi, c.client_lo, c.ip_version)
            self._address(c.server_hi, c.server_lo, c.ip_version)
        self._half(_TCP << 8)
        self._half(c.server_port if turned else c.client_port)
        self._half(c.client_port if turned else c.server_port)
        size = self._halves * 16
        self._half(0x8000)
        words[15] = size
        return self._hashed()

    def _half(self, half: int) -> None:
        words = self._words
        at = self._halves >> 1
        words[at] = words[at] | (half if self._halves & 1 else half << 16)
        self._halves += 1

    def _address(self, hi: int, lo: int, version: int) -> None:
        if version != 4:
            self._half(hi >> 48)
            self._half(hi >> 32 & 0xFFFF)
            self._half(hi >> 16 & 0xFFFF)
            self._half(hi & 0xFFFF)
            self._half(lo >> 48)
            self._half(lo >> 32 & 0xFFFF)
        self._half(lo >> 16 & 0xFFFF)
        self._half(lo & 0xFFFF)

    def _hashed(self) -> bytes:
        words = self._words
        a = 0x67452301
        b = _H1
        c = _H2
        d = 0x10325476
        e = _H4
        for at in range(80):
            if at > 15:
                x = words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16]
                words[at] = (x << 1 | x >> 31) & M32
            if at < 20:
                f = (b & c) | (~b & d)
                k = 0x5A827999
            elif at < 40:
                f = b ^ c ^ d
                k = 0x6ED9EBA1
            elif at < 60:
                f = (b & c) | (b & d) | (c & d)
                k = _K2
            else:
                f = b ^ c ^ d
                k = _K3
            x = ((a << 5 | a >> 27) + (f & M32) + e + k + words[at]) & M32
            e = d
            d = c
            c = (b << 30 | b >> 2) & M32
            b = a
            a = x
        words[0] = (a + 0x67452301) & M32
        words[1] = (b + _H1) & M32
        words[2] = (c + _H2) & M32
        words[3] = (d + 0x10325476) & M32
        words[4] = (e + _H4) & M32
        words[5] = 0
        return self._base64()

    def _base64(self) -> bytes:
        """The 160 bits of the first five words as 27 letters and a filler."""
        words = self._words
        text = self._text
        letters = _LETTERS
        for number in range(27):
            bit = number * 6
            at = bit >> 5
            pair = words[at] << 32 | words[at + 1]
            text[2 + number] = letters[pair >> (58 - (bit & 31)) & 63]
        text[29] = 61
        return bytes(text)


def _is_turned(c: Connection) -> bool:
    """Whether the server's end is the lower one."""
    if c.client_hi != c.server_hi:
        return c.client_hi > c.server_hi
    if c.client_lo != c.server_lo:
        return c.client_lo > c.server_lo
    return c.client_port > c.server_port


_DIGEST = Digest()
