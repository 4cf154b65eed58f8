export NO_COLOR=1
in_terminal 50 heapreel check --help
