heapreel import --from pprof a -o b
