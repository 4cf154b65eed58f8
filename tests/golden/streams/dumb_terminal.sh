export TERM=dumb
in_terminal 80 heapreel inof
