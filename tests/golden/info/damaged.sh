make_reels 150000
heapreel info cut.reel flip.reel | masked | grep -E '^[a-z]|complete|lost|events'
