"""What events are made of: section 3 of docs/reel-format.md."""
from dataclasses import dataclass

KINDS = dict(enumerate("malloc calloc realloc reallocarray memalign posix_memalign aligned_alloc valloc pvalloc new "
                       "new[] new_nothrow new[]_nothrow new_aligned new[]_aligned new_aligned_nothrow "
                       "new[]_aligned_nothrow inherited".split(), 1))
KINDS.update(enumerate("free free_sized free_aligned_sized delete delete[] delete_sized delete[]_sized delete_aligned "
                       "delete[]_aligned delete_sized_aligned delete[]_sized_aligned delete_nothrow delete[]_nothrow "
                       "delete_aligned_nothrow delete[]_aligned_nothrow".split(), 32))
KINDS.update(enumerate("usable_size mark thread_start thread_end gap".split(), 56))
ALLOCATING, FREEING, REALLOCS = range(1, 19), range(32, 47), (3, 4)
SIZED, ALIGNED = (33, 34, 37, 38, 41, 42), (34, 39, 40, 41, 42, 45, 46)
FREE, DELETE_SIZED = 32, 37

FLAGS = "failed moved null_old no_result runtime unknown implied".split()
FAILED, MOVED, NULL_OLD, NO_RESULT, RUNTIME, UNKNOWN, IMPLIED = (1 << bit for bit in range(7))


@dataclass
class Event:
    kind: int
    flags: int = 0
    alignment: int = 0  # log2, 0 for none
    size: int = 0
    object: int = 0     # its address or number, 0 for none; so is the old one
    old: int = 0
    thread: int = 0
    time: int = 0
    duration: int = 0
    address: int = 0    # of a birth in a block with places
    stack: int = 0      # of an allocation: its number, 0 for none

    @property
    def births(self):
        return self.kind in ALLOCATING and not self.flags & (FAILED | NO_RESULT)

    @property
    def has_old(self):
        return self.kind in REALLOCS and not self.flags & (NULL_OLD | UNKNOWN)

    @property
    def releases(self):
        return self.has_old and not self.flags & FAILED
