in_terminal 80 heapreel dump --help
