heapreel dump a.reel --from soon
