heapreel dump --from 1s --from 2s a.reel
