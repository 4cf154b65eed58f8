#!/usr/bin/env python3
"""heapreel and the reference reader say the same of every reel: test_agreement.py HEAPREEL [UNITTEST ARGUMENTS]."""
import json, pathlib, subprocess, sys, tempfile, unittest
from itertools import zip_longest
from unittest import mock

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "tools/demo")]
import content_id, events, make_recording, plain, replay_order
from container import MASK, ReelError, unzigzag
from live_lists import LiveLists
from reel import Reel
from stories import tame_story, wild_story
from vocabulary import Event
from writer import capture_block, make_reel

PACKINGS = {"default": [], "exact": ["--time", "exact"], "none": ["--time", "none"], "archive": ["--archive"],
            "addresses": ["--keep-addresses"], "exact_addresses": ["--keep-addresses", "--time", "exact"]}
HEAPREEL = pathlib.Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else None


def heapreel(*arguments):
    return subprocess.run([HEAPREEL, *map(str, arguments)], capture_output=True, text=True, encoding="utf-8")


def done(result):
    assert result.returncode == 0, result.stderr
    return result


def difference(path):
    """Where the two readers differ on a reel, or None."""
    theirs = done(heapreel("dump", "--format", "jsonl", path)).stdout.splitlines()
    stated = json.loads(done(heapreel("info", "--json", path)).stdout)["id"]
    try:
        reel = Reel(path.read_bytes())
        replayed = list(reel.replay())
        for line, (one, other) in enumerate(zip_longest(theirs, reel.dump(replayed)), 1):
            if one != other:
                return f"line {line}\n  heapreel:  {one}\n  reference: {other}"
        computed = reel.content_id(replayed)
    except ReelError as error:
        return f"the reference reader refuses it: {error}"
    return None if stated == computed else f"content id\n  heapreel:  {stated}\n  reference: {computed}"


def pack_all(path, *names):
    """The reel packed in these ways, or in all, beside it."""
    packed = []
    for name in names or PACKINGS:
        packed.append(path.with_name(f"{path.stem}.{name}.reel"))
        done(heapreel("pack", *PACKINGS[name], path, "-o", packed[-1]))
    return packed


def addresses(path):
    """Of all births in replay order."""
    return [event.address for event in Reel(path.read_bytes()).replay() if event.births]


def recorded_addresses(count):
    make_recording.random.seed(1)
    return [row[6] for row in make_recording.serve(count) if row[0] != make_recording.FREE]


def malloc(address, time):
    return Event(1, size=16, object=address, time=time)


def free(address, time):
    return Event(32, object=address, time=time)


def threads_reel(*threads):
    return make_reel(*(capture_block(at, at, told) for at, told in enumerate(threads)))


# A free that is told before its malloc, while a third thread goes on.
WAITING = threads_reel([free(0x10, 20_000)], [malloc(0x10, 20_100)], [malloc(0x30, 20_401), malloc(0x50, 20_500)])


class Reels(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.folder = pathlib.Path(directory.name)

    def write(self, name, data):
        path = self.folder / f"{name}.reel"
        path.write_bytes(data)
        return path

    def import_recording(self, count):
        recording, capture = self.folder / "made.mlogcol", self.folder / "made.reel"
        subprocess.run([sys.executable, "-B", ROOT / "tools/demo/make_recording.py", str(count), recording], check=True)
        done(heapreel("import", "--from", "mlogcol", recording, "-o", capture))
        return capture

    def agree(self, *paths):
        for path in paths:
            with self.subTest(reel=path.name):
                found = difference(path)
                self.assertIsNone(found, found)


class Agreement(Reels):
    def test_made_recording(self):
        capture = self.import_recording(10_000)
        self.agree(capture, *pack_all(capture))

    def test_made_recording_with_blocks_freed_by_other_threads(self):
        capture = self.import_recording(50_000)
        self.agree(capture, *pack_all(capture, "default"))

    def test_addresses(self):
        """They are in no dump; but what is recorded is known."""
        capture, truth = self.import_recording(10_000), recorded_addresses(10_000)
        for path in (capture, *pack_all(capture, "addresses", "exact_addresses")):
            self.assertEqual(addresses(path), truth)
        with mock.patch.object(events, "size_class", lambda size: 0):  # a control
            self.assertNotEqual(addresses(capture), truth)

    def test_samples(self):
        """Those of millions of events, in sample_traces, would take this reader an hour."""
        for path in (HERE.parent / "golden/reels").glob("**/*.reel"):
            if "truncated" in path.name or "flipped" in path.name:
                self.damage_is_noticed(path)
            else:
                self.agree(path)

    def damage_is_noticed(self, path):
        """The reference reader refuses it, or heapreel warns."""
        with self.subTest(reel=path.name):
            result = heapreel("dump", "--format", "jsonl", path)
            if result.returncode == 0 and not result.stderr:
                self.assertRaises(ReelError, lambda: list(Reel(path.read_bytes()).replay()))

    def test_damage(self):
        whole = tame_story(0)
        self.damage_is_noticed(self.write("truncated", whole[:len(whole) // 2]))
        self.damage_is_noticed(self.write("flipped", whole[:1000] + bytes([whole[1000] ^ 1]) + whole[1001:]))

    def test_tame_stories(self):
        for seed in range(3):
            path = self.write(f"tame{seed}", tame_story(seed))
            self.agree(path, *pack_all(path))

    def test_threads_at_the_same_times(self):
        path = self.write("ties", threads_reel(*([malloc(0x1000 * (thread + 1) + 32 * k, 100 * k) for k in range(20)]
                                                 for thread in range(3))))
        self.agree(path, *pack_all(path))

    def test_a_thread_waits_for_another(self):
        path = self.write("waits", WAITING)
        self.agree(path, *pack_all(path))

    def test_a_waiting_thread_goes_on_as_soon_as_it_fits(self):
        mallocs = [malloc(0x10 + 32 * k, 20_100 + 100 * k) for k in range(4)]
        found = difference(self.write("wakes", threads_reel([free(0x10, 20_000)], mallocs)))
        self.assertIsNone(found, found)

    def test_wild_stories(self):
        for seed in range(3):
            self.assertIsNone(difference(self.write(f"wild{seed}", wild_story(seed))))

    def test_packed_wild_stories(self):
        for seed in range(3):
            self.agree(*pack_all(self.write(f"packed_wild{seed}", wild_story(seed))))


# What a faulty reader does: of a class or module, the attribute, what stands in its place.
FAULTS = {
    "cursors stand still": (LiveLists, "die", lambda self, born, lane, die=LiveLists.die: die(self, born, None)),
    "cross cursors do not fall back": (LiveLists, "cross_neighbour", lambda self, lane, number:
                                       self.at(self.live[self.cross_cursor[lane][0]], number)),
    "the place of plain blocks stays": (plain.PlainBlock, "near", lambda self: unzigzag(self.read(self.rare)) & MASK),
    "stacks are forgotten": (events, "take_stacks", lambda told, read: [read() for event in told if event.kind in events.ALLOCATING]),
    "no kind is sized": (events, "SIZED", ()),
    "distances are not doubled": (events, "at_distance", lambda address, distance: address + distance),
    "nobody waits": (replay_order.Resolver, "fits", lambda self, moment: True),
    "the thread is never told": (content_id, "event_bytes", lambda event, _, following, told=content_id.event_bytes:
                                 told(event, False, following)),
}


class Control(Reels):
    """A reader with a fault must differ on some reel."""

    def test_faults_are_noticed(self):
        tame = self.write("control", tame_story(0))
        reels = [self.write("control_waits", WAITING), self.import_recording(3_000), tame, *pack_all(tame)]
        self.agree(*reels)
        for name, fault in FAULTS.items():
            with self.subTest(fault=name), mock.patch.object(*fault):
                self.assertTrue(any(map(difference, reels)))


if __name__ == "__main__":
    unittest.main()
