complete_fish 'heapreel in'
complete_fish 'heapreel '
