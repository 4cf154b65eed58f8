# Nothing sensible to offer for a number.
touch app.reel
complete_bash heapreel dump --limit ''
