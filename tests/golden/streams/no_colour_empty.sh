# https://no-color.org: only a value that is not empty counts.
export NO_COLOR=
in_terminal 80 heapreel --version
in_terminal 80 heapreel inof
