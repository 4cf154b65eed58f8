export NO_COLOR=1
in_terminal 80 heapreel dump --help
in_terminal 80 heapreel inof
