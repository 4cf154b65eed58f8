make_reels 150000
set -o pipefail
heapreel check cut.reel | masked
