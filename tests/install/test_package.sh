#!/usr/bin/env bash
# Builds the Debian package and compares its list of files with package_files.txt, both ways.
#
#   test_package.sh CPACK BUILD_DIR LIST        HEAPREEL_UPDATE_GOLDEN=1 rewrites the list
set -euo pipefail

cpack=$1 build=$2 list=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$cpack" --config "$build/CPackConfig.cmake" -B "$work" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
package=$(echo "$work"/*.deb)

# One file is named after the build type.
dpkg-deb -c "$package" | awk '$1 !~ /^d/ {print $6}' |
  sed -e 's|^\./||' -e 's|heapreelTargets-[a-z]*\.cmake|heapreelTargets-BUILD_TYPE.cmake|' | LC_ALL=C sort >"$work/files"
if [[ ${HEAPREEL_UPDATE_GOLDEN:-} == 1 ]]; then cp "$work/files" "$list"; fi
diff -u "$list" "$work/files"

dpkg-deb -f "$package" Package Version Architecture Depends
depends=$(dpkg-deb -f "$package" Depends)
for library in libc6 libstdc++6 libfmt; do
  [[ $depends == *"$library"* ]] || { echo "the package does not depend on $library"; exit 1; }
done

# The control: one file too many, and one too few, are noticed.
if diff -q "$work/files" <(cat "$work/files"; echo usr/bin/stray) >/dev/null; then exit 1; fi
if diff -q "$work/files" <(sed 1d "$work/files") >/dev/null; then exit 1; fi
