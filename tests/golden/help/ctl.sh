heapreel ctl --help
