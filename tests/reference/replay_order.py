"""Events of a capture reel, with addresses -> in replay order, with numbers: section 6 of docs/reel-format.md."""
from collections import defaultdict, namedtuple

from vocabulary import FREE, FREEING, IMPLIED, UNKNOWN, Event

RELEASE, BIRTH, DEATH, MENTION = range(4)
Moment = namedtuple("Moment", "act event time address")


def replay_order(events, ticks_per_second):
    threads = defaultdict(list)
    for event in events:
        threads[event.thread].append(event)
    result, last = [], 0
    for event in Resolver(max(1, ticks_per_second // 100_000)).merge(threads.values()):
        event.time = last = max(last, event.time)
        result.append(event)
    return result


def moments(events):
    for event in events:
        if event.releases:
            yield Moment(RELEASE, event, max(0, event.time - event.duration), event.old)
        if event.births:
            yield Moment(BIRTH, event, event.time, event.object)
        elif event.kind in FREEING:
            yield Moment(DEATH, event, event.time, event.object)
        else:
            failed = event.has_old and not event.releases
            yield Moment(MENTION, event, event.time, event.old if failed else event.object)


class Resolver:
    def __init__(self, patience):
        self.patience = patience
        self.live, self.births = {}, 0  # the number of the object that lives at an address

    def merge(self, threads):
        """Each thread has a head: its next moment, and the rest."""
        heads = [[next(rest), rest] for rest in map(moments, threads)]
        while heads:
            head = min(heads, key=self.turn)
            yield from self.happen(head[0])
            head[0] = next(head[1], None)
            heads = heads if head[0] else [head for head in heads if head[0]]

    def turn(self, head):
        """What the next moment of a thread is ordered by: one that does not fit waits."""
        moment = head[0]
        waits = not self.fits(moment)
        return moment.time + self.patience * waits, waits, moment.event.thread

    def fits(self, moment):
        if moment.act == MENTION or not moment.address:
            return True
        return (moment.address in self.live) == (moment.act != BIRTH)

    def happen(self, moment):
        """The events that the moment completes."""
        act, event, _, address = moment
        if act == BIRTH:
            yield from self.implied_free(event, address)
            self.births += 1
            event.object = self.births
            if address:
                self.live[address] = self.births
        elif address:
            self.name(moment)
        if act != RELEASE:
            yield event

    def implied_free(self, event, address):
        if address in self.live:
            yield Event(FREE, IMPLIED, object=self.live[address], thread=event.thread, time=event.time)

    def name(self, moment):
        """Puts the number of the object that lives at the address in its place."""
        act, event, _, address = moment
        number = self.live.get(address, 0) if act == MENTION else self.live.pop(address, 0)
        if event.has_old:
            event.old = number
        else:
            event.object = number
        if not number:
            event.flags |= UNKNOWN
