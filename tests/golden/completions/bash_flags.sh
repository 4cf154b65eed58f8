complete_bash heapreel check --
complete_bash heapreel dump a.reel --f
