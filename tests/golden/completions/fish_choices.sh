complete_fish 'heapreel dump --format '
complete_fish 'heapreel pack --time='
