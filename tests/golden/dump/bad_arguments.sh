make_reels
try heapreel dump x.reel --from 2s --to 1s
try heapreel dump x.reel --from yesterday
try heapreel dump x.reel --to -1s
try heapreel dump x.reel --format xml
try heapreel dump x.reel --format json
try heapreel dump x.reel --limit many
try heapreel dump x.reel --limit 99999999999999999999
