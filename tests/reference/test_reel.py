#!/usr/bin/env python3
"""Tests of the reference reader, with the worked example of docs/reel-format.md and with small reels made here."""
import pathlib, re, struct, subprocess, sys, tempfile, unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import container, content_id, events, metadata, replay_order, vocabulary
from container import ReelError
from reel import Reel
from vocabulary import Event
from writer import block, capture_block, event_block, make_reel
from xxh64 import xxh64

DOCUMENT = HERE.parents[1] / "docs" / "reel-format.md"


def worked_example():
    dump = re.findall(r"^ {4}([0-9a-f]{4})  ((?:[0-9a-f]{2} ?)+)$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    lines = [(int(offset, 16), bytes.fromhex(line)) for offset, line in dump]
    assert [offset for offset, _ in lines] == list(range(0, 16 * len(lines), 16))
    return b"".join(line for _, line in lines)


def packed_events(tokens, lanes=(0,), runs=None, births=0, first=1, codec=0, **columns):
    """Decodes a packed block of these tokens and columns."""
    runs = runs or [(0, len(tokens))]
    durations, places = columns.pop("durations", 0), columns.pop("places", 0)
    params = [1, codec, durations, places, len(tokens), births, len(lanes), first, 1, 5]
    data = make_reel(event_block(2, 0, params, tokens, lanes=lanes, run_lane=[lane for lane, _ in runs],
                                 run_length=[length - 1 for _, length in runs], **columns))
    return list(Reel(data).stored_events())


MALLOC, NEW = [1, 0, 0, 24], [10, 0, 0, 40]


class Numbers(unittest.TestCase):
    def test_xxh64(self):
        for data, expected in ((b"", 0xEF46DB3751D8E999), (b"a", 0xD24EC4F1A98C6E5B), (b"abc", 0x44BC2CF5AD770999)):
            self.assertEqual(xxh64(data), expected)

    def test_number_columns(self):
        self.assertEqual(container.numbers(b"\x00\xef\xf0\xf0\xf1", b"\x00\xff\x0c\x03"), [0, 239, 240, 495, 1020])
        self.assertEqual(container.numbers(b"\xf7", (2**64 - 241).to_bytes(8, "little")), [2**64 - 1])
        for codes, extra in ((b"\xf0", b""), (b"\x00", b"\x00"), (b"\xf1", b"\x01\x00"), (b"\xf8", bytes(9)),
                             (b"\xf7", b"\xff" * 8)):
            self.assertRaises(ReelError, container.numbers, codes, extra)

    def test_zigzag(self):
        self.assertEqual([container.zigzag(v) for v in (0, -1, 1, -2, 2**63 - 1, -2**63)],
                         [0, 1, 2, 3, 2**64 - 2, 2**64 - 1])
        for v in (0, 1, -1, 5, -2**63, 2**63 - 1):
            self.assertEqual(container.unzigzag(container.zigzag(v)), v)

    def test_distances(self):
        self.assertEqual(container.at_distance(0, 1020), 0xFF0)
        self.assertEqual(container.at_distance(0x1000, 2 * 1), 0xFF0)
        self.assertEqual(container.at_distance(0x1000, 2 * 1 + 1), 0xFFF)
        self.assertEqual(container.at_distance(0, 2 * 1), 2**64 - 16)

    def test_size_classes(self):
        self.assertEqual([events.size_class(size) for size in (0, 8, 9, 24, 25, 16352, 16384, 2**64 - 1)],
                         [1, 1, 2, 2, 3, 1023, 1030, 1229])

    def test_leb128(self):
        self.assertEqual([content_id.leb128(number) for number in (0, 127, 128)], [b"\x00", b"\x7f", b"\x80\x01"])


class WorkedExample(unittest.TestCase):
    def setUp(self):
        self.data = worked_example()

    def test_stored_events(self):
        self.assertEqual(list(Reel(self.data).stored_events()), [
            Event(1, 0, 0, 24, 0x1000, 0, 1, 10, 0, 0x1000),
            Event(1, 0, 0, 24, 0x1020, 0, 1, 20, 0, 0x1020),
            Event(32, 0, 0, 0, 0x1020, 0, 1, 30),
            Event(2, 0, 0, 100, 0x1040, 0, 1, 45, 0, 0x1040),
            Event(3, vocabulary.MOVED, 0, 400, 0x10C0, 0x1000, 1, 70, 5, 0x10C0),
            Event(32, 0, 0, 0, 0xFF0, 0, 1, 80)])

    def test_replay(self):
        self.assertEqual([(event.object, event.old, event.flags) for event in Reel(self.data).replay()],
                         [(1, 0, 0), (2, 0, 0), (2, 0, 0), (3, 0, 0), (4, 1, vocabulary.MOVED),
                          (0, 0, vocabulary.UNKNOWN)])

    def test_metadata(self):
        example = Reel(self.data)
        self.assertEqual(example.metadata, (10**9, 0, b"", {}, []))
        messages = b"\x12\x02\x10\x05\x0d\x01\x02\x03\x04", b"\x12\x02\x10\x07\x8a\x01\x04\x08\x01\x2a\x00"
        merged = Reel(make_reel(*(block(3, at, [(0, 0, raw, raw)]) for at, raw in enumerate(messages)))).metadata
        self.assertEqual(merged, (7, 1, b"", {}, []))
        limits = Reel(make_reel(block(3, 0, [(0, 0, raw, raw) for raw in [b"\x1a\x06\x42\x04as=1"]])))
        self.assertEqual(list(limits.about()), ['{"limit": "as=1"}'])

    def test_every_changed_byte_is_noticed(self):
        for offset in range(len(self.data)):
            with self.subTest(offset=offset), self.assertRaises(ReelError):
                Reel(self.data[:offset] + bytes([self.data[offset] ^ 0x11]) + self.data[offset + 1:])

    def test_damage_behind_a_sound_hash_raises_no_other_error(self):
        for offset in range(0xD8, 0x1B8):
            for change in (1, 0x80, 0xFF):
                damaged = bytearray(self.data)
                damaged[offset] ^= change
                damaged[0xC8:0xD0] = struct.pack("<Q", xxh64(damaged[0xD8:0x1B8]))
                damaged[0xD0:0xD8] = struct.pack("<Q", xxh64(damaged[0x98:0xD0]))
                try:
                    content_id.content_id(Reel(bytes(damaged)).replay())
                except ReelError:
                    pass

    def test_every_truncation_is_noticed(self):
        for size in range(len(self.data)):
            with self.subTest(size=size), self.assertRaises(ReelError):
                Reel(self.data[:size])
        self.assertRaises(ReelError, Reel, self.data + b"\x00")

    def test_command_line(self):
        def run(command, data):
            with tempfile.TemporaryDirectory() as directory:
                path = pathlib.Path(directory, "example.reel")
                path.write_bytes(data)
                return subprocess.run([sys.executable, str(HERE / "reel.py"), command, str(path)], capture_output=True,
                                      text=True)
        lines = run("dump", self.data).stdout.splitlines()
        self.assertEqual(lines[0], '{"seq":0,"t_ns":10,"thread":1,"op":"malloc","size":24,"align":0,"object":1}')
        self.assertEqual(lines[4], '{"seq":4,"t_ns":70,"thread":1,"op":"realloc","size":400,"align":0,"object":4,'
                                   '"old_object":1,"flags":["moved"],"duration_ns":5}')
        self.assertRegex(run("id", self.data).stdout, r"\A[0-9a-f]{64}\n\Z")
        self.assertEqual(run("dump", self.data[:-1]).returncode, 1)


class Blocks(unittest.TestCase):
    def names(self, *arguments, **options):
        return [(vocabulary.KINDS[event.kind], event.object) for event in packed_events(*arguments, **options)]

    def test_references_around_the_cursor(self):
        events = self.names([251] + [96] * 5 + [2 + 2, 2 + 4, 2 + 10, 2 + 16, 252], births=6, literal=MALLOC, age=[5])
        self.assertEqual([number for _, number in events[6:]], [4, 5, 3, 6, 1])

    def test_cross_references_and_the_cross_cursor(self):
        events = self.names([251, 96, 96, 96, 1, 1, 1], lanes=(7, 8), runs=[(0, 4), (1, 3)], births=4, literal=MALLOC,
                            cross=[9 + 2, 6, 0])
        self.assertEqual([number for _, number in events[4:]], [2, 1, 3])

    def test_a_failed_realloc_moves_the_cross_cursor(self):
        events = packed_events([251, 96, 96, 251, 1, 1], lanes=(7, 8), runs=[(0, 3), (1, 3)], births=3, refs=[1],
                               literal=MALLOC + [3, vocabulary.FAILED, 0, 60], cross=[9 + 1, 0, 0])
        self.assertEqual([(event.object, event.old) for event in events[3:]], [(0, 2), (2, 0), (3, 0)])

    def test_the_cross_cursor_falls_to_the_old_end(self):
        events = self.names([251] + [96] * 4 + [1, 252, 1], lanes=(7, 8), runs=[(0, 5), (1, 1), (0, 1), (1, 1)],
                            births=5, literal=MALLOC, cross=[9 + 2, 0], age=[3])
        self.assertEqual([number for _, number in events[5:]], [3, 2, 1])

    def test_rare_frees_teach_the_kind_of_later_ones(self):
        events = packed_events([251, 96, 96, 2, 253, 2], births=3, literal=NEW, rare=[37, 0, 0, 40, 2 + 1])
        self.assertEqual([(vocabulary.KINDS[event.kind], event.size, event.object) for event in events[3:]],
                         [("free", 0, 3), ("delete_sized", 40, 2), ("delete_sized", 40, 1)])

    def test_objects_born_outside(self):
        steps = [container.zigzag(step) for step in (-3, 2, -4)]
        events = packed_events([254, 0, 253, 254], first=10, old=[48, *steps],
                               rare=[35, 0, 0, 0, 1, 6])
        self.assertEqual([(vocabulary.KINDS[event.kind], event.size, event.object) for event in events],
                         [("delete_sized", 48, 7), ("free", 0, 9), ("delete", 0, 6), ("delete", 0, 5)])

    def test_reallocs(self):
        events = packed_events([251, 251, 251], births=2, first=4, refs=[2, 0], old=[container.zigzag(-1)], durations=1,
                               duration=[3, 4], literal=MALLOC + [3, 0, 0, 50] + [3, vocabulary.FAILED, 0, 60])
        self.assertEqual([(event.object, event.old, event.duration) for event in events],
                         [(4, 0, 0), (5, 4, 3), (0, 3, 4)])

    def test_an_object_of_the_block_as_one_from_outside_when_it_is_dead(self):
        events = self.names([251, 2, 0], births=1, literal=MALLOC, old=[0])
        self.assertEqual(events[1:], [("free", 1), ("free", 1)])

    def test_numbers_of_births(self):
        def births(*firsts):
            params = [[1, 0, 0, 0, 1, 1, 1, first, 1, 0] for first in firsts]
            return [event.object for event in Reel(make_reel(*(
                event_block(2, at, each, [251], lanes=[0], run_lane=[0], run_length=[0], literal=MALLOC)
                for at, each in enumerate(params)))).replay()]
        self.assertEqual((births(1, 2), births(1, 7)), ([1, 2], [1, 7]))
        self.assertRaises(ReelError, births, 2, 2)

    def test_places_of_a_packed_block(self):
        events = packed_events([251, 96, 2, 96], births=3, literal=MALLOC, places=1, place=[9 + 1024, 8, 0])
        self.assertEqual([event.address for event in events], [0x1000, 0x1020, 0, 0x1020])

    def test_stacks(self):
        def stacks(*numbers):
            told = packed_events([251, 96, 2, 96], births=3, literal=MALLOC, stack=numbers)
            return [event.stack for event in told]

        self.assertEqual(stacks(), [0, 0, 0, 0])
        self.assertEqual(stacks(1, 14, 0, 2), [7, 0, 0, 7])
        self.assertEqual(stacks(1, 14, 1, 1, 3), [7, 6, 0, 6])
        for numbers in ((0, 0), (0, 0, 0, 0), (2, 0, 0), (1, 0, 0, 0), (1, 1, 0, 0), (1, 2**33, 0, 0)):
            self.assertRaises(ReelError, stacks, *numbers)

    def test_the_tree_of_stacks(self):
        def nodes(*pieces):
            told = b"".join(bytes([0x92, 1, len(piece)]) + piece for piece in pieces)
            return metadata.stack_nodes(told)

        first, second = bytes.fromhex("0a020001 12020101 1a020507"), bytes.fromhex("0802 1000 1809")
        self.assertEqual(nodes(first, second), {1: (0, 1, 5), 2: (1, 1, 7), 3: (2, 0, 9)})
        self.assertRaises(ReelError, nodes, second)  # its caller is missing
        self.assertRaises(ReelError, nodes, bytes.fromhex("0a020001 12020101 1a0105"))

    def test_times(self):
        tokens = dict(births=4, literal=MALLOC)
        for codec, column, expected in ((0, [], [5, 5, 5, 5]), (1, [1, 3, 0, 2, 1], [5, 7, 5, 5]),
                                        (2, [3, 7, 1, 0], [7, 10, 12, 12])):
            events = packed_events([251, 96, 96, 96], codec=codec, time=column, **tokens)
            self.assertEqual([event.time for event in events], expected)

    def test_what_must_not_be(self):
        good = dict(births=1, literal=MALLOC)
        packed_events([251], **good)
        for tokens, wrong in (([251], dict(births=2)), ([251, 255], {}), ([251], dict(age=[0])), ([251, 2 + 1], {}),
                              ([251, 252], dict(age=[1])), ([251, 2, 252], dict(age=[0])), ([251, 1], dict(cross=[0])),
                              ([251, 1], dict(cross=[9])), ([251, 97], {}), ([251], dict(literal=[32, 0, 0, 0])),
                              ([251, 0], dict(old=[1])), ([251, 0], dict(old=[2])),
                              ([251], dict(codec=2, time=[2, 0])), ([251], dict(codec=3)),
                              ([251], dict(runs=[(1, 1)])), ([251], dict(runs=[(0, 2)]))):
            with self.subTest(tokens=tokens, wrong=wrong), self.assertRaises(ReelError):
                packed_events(tokens, **{**good, **wrong})

    def test_zstd(self):
        raw = b"\x12\x02\x10\x07" + b"\x12\x02\x08\x01" * 100
        frame = subprocess.run(["zstd", "-cq", f"--stream-size={len(raw)}"], input=raw, capture_output=True,
                               check=True).stdout
        self.assertEqual(Reel(make_reel(block(3, 0, [(0, 1, raw, frame)]))).metadata.ticks_per_second, 7)
        for wrong in (frame[:-1], b"\x00" + frame):
            self.assertRaises(ReelError, Reel, make_reel(block(3, 0, [(0, 1, raw, wrong)])))

    def test_skippable_and_unknown_blocks(self):
        self.assertEqual(len(Reel(make_reel(block(200, 0, []))).blocks), 1)
        self.assertRaises(ReelError, Reel, make_reel(block(7, 0, [])))
        self.assertRaises(ReelError, Reel, make_reel(block(3, 1, [])))
        self.assertEqual(list(Reel(make_reel()).replay()), [])


class ReplayOrder(unittest.TestCase):
    def replay(self, *threads):
        data = make_reel(*(capture_block(thread, thread, [
            Event(1, size=16, object=born, time=time) if born else Event(32, object=freed, time=time)
            for time, born, freed in calls]) for thread, calls in enumerate(threads)))
        return [(event.time, event.thread, vocabulary.KINDS[event.kind], event.object, event.flags)
                for event in Reel(data).replay()]

    def test_a_thread_waits_for_another(self):
        events = self.replay([(100, 0x1000, None), (500, 0, 0x1000)], [(400, 0x1000, None)])
        self.assertEqual(events, [(100, 0, "malloc", 1, 0), (500, 0, "free", 1, 0), (500, 1, "malloc", 2, 0)])

    def test_a_birth_over_a_live_object(self):
        events = self.replay([(100, 0x1000, None)], [(400, 0x1000, None), (900, 0, 0x1000)])
        self.assertEqual(events, [(100, 0, "malloc", 1, 0), (400, 1, "free", 1, vocabulary.IMPLIED),
                                  (400, 1, "malloc", 2, 0), (900, 1, "free", 2, 0)])

    def test_a_free_of_what_was_never_seen(self):
        self.assertEqual(self.replay([(100, 0, 0x1000)]), [(100, 0, "free", 0, vocabulary.UNKNOWN)])

    def test_of_two_moments_at_one_time_the_lower_thread_is_first(self):
        events = self.replay([(100, 0x2000, None), (300, 0x3000, None)], [(100, 0x1000, None), (300, 0, 0x1000)])
        self.assertEqual([event[1] for event in events], [0, 1, 0, 1])

    def test_moments_that_do_not_fit(self):
        def events():
            return [Event(3, vocabulary.MOVED, 0, 9, 0x20, 0x10, 1, 50, 60),    # its old block is not known
                    Event(3, vocabulary.FAILED, 0, 9, 0, 0x20, 1, 60),
                    Event(3, vocabulary.FAILED, 0, 9, 0, 0x30, 1, 70),
                    Event(56, 0, 0, 0, 0x20, 0, 1, 80),
                    Event(56, 0, 0, 0, 0x30, 0, 1, 90),
                    Event(3, vocabulary.NO_RESULT, 0, 0, 0, 0x20, 1, 95)]
        self.assertEqual([(event.object, event.old, event.flags & vocabulary.UNKNOWN)
                          for event in replay_order.replay_order(events(), 10**9)],
                         [(1, 0, 32), (0, 1, 0), (0, 0, 32), (1, 0, 0), (0, 0, 32), (0, 1, 0)])

    def test_a_realloc_releases_when_it_begins(self):
        events = [Event(1, 0, 0, 9, 0x10, 0, 1, 100), Event(3, vocabulary.MOVED, 0, 9, 0x20, 0x10, 1, 9000, 8000),
                  Event(1, 0, 0, 9, 0x10, 0, 2, 2000)]
        self.assertEqual([(event.time, event.object, event.old) for event in replay_order.replay_order(events, 10**9)],
                         [(100, 1, 0), (2000, 2, 0), (9000, 3, 1)])

    def test_a_free_of_what_is_gone(self):
        events = self.replay([(100, 0x1000, None), (200, 0, 0x1000), (300, 0, 0x1000)])
        self.assertEqual([event[2:] for event in events], [("malloc", 1, 0), ("free", 1, 0),
                                                           ("free", 0, vocabulary.UNKNOWN)])


if __name__ == "__main__":
    unittest.main()
