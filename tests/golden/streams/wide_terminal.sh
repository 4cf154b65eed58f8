# Wider than 100 columns is harder to read, not easier.
export NO_COLOR=1
in_terminal 200 heapreel check --help
