# The numbers of call stacks, where events have one; from a reel of plain blocks.
reel=$HEAPREEL_SOURCE/tests/golden/reels/plain.reel
heapreel dump --limit 4 "$reel"
heapreel dump --limit 4 --format jsonl "$reel"
