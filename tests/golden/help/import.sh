heapreel import --help
