"""XXH64 with seed 0: the hash of every header, body and trailer."""
import struct

MASK = 2**64 - 1
P1, P2, P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
P4, P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5


def rotate(x, bits):
    x &= MASK
    return (x << bits | x >> 64 - bits) & MASK


def stir(lane, word):
    return rotate(lane + word * P2, 31) * P1 & MASK


def xxh64(data):
    whole, result = len(data) & ~31, P5
    if whole:
        a, b, c, d = P1 + P2, P2, 0, -P1
        for w, x, y, z in struct.iter_unpack("<4Q", data[:whole]):
            a, b, c, d = stir(a, w), stir(b, x), stir(c, y), stir(d, z)
        result = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)
        for lane in (a, b, c, d):
            result = (result ^ stir(0, lane)) * P1 + P4
    result = mix_tail(result + len(data), data[whole:]) & MASK
    result = (result ^ result >> 33) * P2 & MASK
    result = (result ^ result >> 29) * P3 & MASK
    return result ^ result >> 32


def mix_tail(result, tail):
    words, halves = len(tail) & ~7, len(tail) & ~3
    for (word,) in struct.iter_unpack("<Q", tail[:words]):
        result = rotate(result ^ stir(0, word), 27) * P1 + P4
    for (word,) in struct.iter_unpack("<I", tail[words:halves]):
        result = rotate(result ^ word * P1, 23) * P2 + P3
    for byte in tail[halves:]:
        result = rotate(result ^ byte * P5, 11) * P1
    return result
