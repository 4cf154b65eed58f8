"""File -> blocks -> columns: sections 1 and 2 of docs/reel-format.md, without the recovery of damaged reels [1.6]."""
import struct, subprocess
from collections import defaultdict, namedtuple

from xxh64 import MASK, xxh64

try:
    import zstandard
except ImportError:
    zstandard = None  # then the command does it

CAPTURE, PACKED, METADATA, PRIVATE_METADATA, INDEX, PLAIN, FIRST_SKIPPABLE = 1, 2, 3, 4, 5, 6, 128


class ReelError(Exception):
    """What is wrong with the reel."""


def need(condition, message):
    if not condition:
        raise ReelError(message)


# ---- Numbers [2]

def numbers(codes, extra):
    """The numbers of a number column."""
    result, at = [], 0
    for code in codes:
        if code >= 240:
            size = code - 239
            rest = int.from_bytes(extra[at:at + size], "little")
            need(size <= 8 and at + size <= len(extra), "a number without its extra bytes")
            need(size == max(1, (rest.bit_length() + 7) // 8) and 240 + rest <= MASK, "a number in a wrong form")
            code, at = 240 + rest, at + size
        result.append(code)
    need(at == len(extra), "extra bytes are left over")
    return result


def zigzag(v):
    return v << 1 if v >= 0 else (-v << 1) - 1


def unzigzag(number):
    return number >> 1 if number % 2 == 0 else -(number >> 1) - 1


def at_distance(address, distance):
    """The address at a distance from another."""
    step = unzigzag(distance >> 1)
    return address + (step if distance % 2 else 16 * step) & MASK


# ---- Blocks [1.1, 1.2]

BLOCK_HEADER = struct.Struct("<4sBBHI4sQQQIIQQ")
Block = namedtuple("Block", "sync type version columns body_bytes tag sequence first_time last_time events thread "
                            "body_hash hash body")


def read_file_header(data):
    """Checks the file header; returns the tag that every block carries."""
    need(len(data) >= 64, "no whole file header")
    magic, major, minor, size, incompatible, _, tag, _, _, stored = struct.unpack("<8sHHIQQ4s12sQQ", data[:64])
    need(magic == b"\x89REEL\r\n\x1a", "not a reel")
    need(stored == xxh64(data[:56]), "the file header is damaged")
    need(major == 1 and size == 64, f"version {major}.{minor} is not known")
    need(incompatible == 0, f"incompatible features {incompatible:#x}")
    return tag


def read_block(data, offset, tag, sequence):
    header = data[offset:offset + 64]
    need(len(header) == 64, "the reel is cut off")
    fields = BLOCK_HEADER.unpack(header)
    block = Block(*fields, data[offset + 64:offset + 64 + fields[4]])
    need(block.sync == b"RBLK" and block.tag == tag and block.hash == xxh64(header[:56]), "a block header is damaged")
    need(block.sequence == sequence, "a block is missing")
    need(len(block.body) == block.body_bytes, "the reel is cut off")
    need(block.body_hash == xxh64(block.body), "a block's body is damaged")
    need(CAPTURE <= block.type <= PLAIN or block.type >= FIRST_SKIPPABLE, f"unknown block type {block.type}")
    need(block.version == 1 or block.type >= FIRST_SKIPPABLE, f"unknown version {block.version} of a block")
    return block


def read_blocks(data):
    """All blocks of a whole reel but the index, which must agree with them."""
    tag, offset, blocks = read_file_header(data), 64, []
    while not blocks or blocks[-1].type != INDEX:
        blocks.append(read_block(data, offset, tag, len(blocks)))
        offset += 64 + blocks[-1].body_bytes
    index = blocks.pop()
    check_trailer(data[offset:], offset - 64 - index.body_bytes, len(data))
    check_index(index, blocks)
    return blocks


# ---- Index and trailer [1.5]

def check_trailer(trailer, index_offset, size):
    need(trailer[:24] == struct.pack("<8sQQ", b"REELEND\n", index_offset, size)
         and trailer[24:] == struct.pack("<Q", xxh64(trailer[:24])), "the trailer is damaged or missing")


def check_index(index, blocks):
    columns = read_columns(index, range(12))
    rows = list(zip(*(numbers(columns[k], columns[k + 1]) for k in range(0, 12, 2))))
    before = [0] + [block.first_time for block in blocks]
    need(rows == [index_row(*pair) for pair in zip(blocks, before)], "the index does not agree with the blocks")


def index_row(block, before):
    rise = (block.first_time - before + 2**63 & MASK) - 2**63
    return (block.type, block.body_bytes // 8, block.events, block.thread, zigzag(rise),
            block.last_time - block.first_time & MASK)


# ---- Columns [1.3]

def read_columns(block, known):
    """The columns of a block by id, expanded; absent ones are empty."""
    columns, seen, at = defaultdict(bytes), set(), 12 * block.columns
    need(at <= block.body_bytes, "no room for the directory")
    for column, codec, flags, raw_bytes, stored_bytes in struct.iter_unpack("<BBHII", block.body[:at]):
        stored, at = block.body[at:at + stored_bytes], at + stored_bytes
        need(column < 64 and column not in seen and at <= block.body_bytes, "a bad directory entry")
        need(column in known or flags & 1, f"unknown column {column}")
        seen.add(column)
        if column in known:
            columns[column] = expand(codec, stored, raw_bytes)
    need(block.body[at:] == bytes(-at % 8), "the padding is wrong")
    return columns


def expand(codec, stored, raw_bytes):
    need(codec <= 1, f"unknown codec {codec}")
    raw = unzstd(stored) if codec else stored
    need(len(raw) == raw_bytes > 0, "a column has another size than it says")
    return raw


def unzstd(frame):
    if zstandard:
        try:
            return zstandard.ZstdDecompressor().decompress(frame)
        except zstandard.ZstdError as error:
            raise ReelError(f"a zstd frame is damaged: {error}")
    done = subprocess.run(["zstd", "-dcq"], input=frame, capture_output=True)
    need(done.returncode == 0, "a zstd frame is damaged")
    return done.stdout
