#!/usr/bin/env bash
# Makes out/tocsin-VERSION-linux-x64.tar.gz: the daemon with its own .NET runtime, for machines without an SDK, without root and without a network.
#   deploy/package.sh [--version V] [--out DIR]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$here/Directory.Build.props")
out=$here/out
while [ $# -gt 0 ]; do
  case $1 in
    --version) version=${2:?"--version: which?"}; shift 2 ;;
    --out) out=${2:?"--out: where?"}; shift 2 ;;
    *) echo "package.sh: knows --version V and --out DIR, not '$1'" >&2; exit 2 ;;
  esac
done
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
name=tocsin-$version-linux-x64
mkdir -p "$out"
work=$(mktemp -d "$out/.package.XXXXXX")
trap 'rm -rf "$work"' EXIT
top=$work/$name
mkdir -p "$top"

# Not trimmed and not one file: what is found by reflection stays found, and a native library is loaded from where it lies.
# In folders of its own and without build servers: the tree stays as it is, and nothing that outlives this script holds its files. Analyzers have spoken in the build already.
dotnet publish "$here/src/Daemon" -p:UseSharedCompilation=false -p:RunAnalyzers=false -nodeReuse:false --artifacts-path "$work/build" -c Release -r linux-x64 --self-contained -p:Version="$version" -p:DebugType=none -v quiet -nologo -o "$top/app" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
rm -f "$top/app/createdump" "$top/app"/libmscordbi.so "$top/app"/libmscordaccore.so
ln -s app/tocsin "$top/tocsin"
cp -r "$here/LICENSE" "$here/docs" "$here/samples" "$top/"
mkdir "$top/deploy"
for part in tocsin.yaml rules.yaml tocsin.service slurm grafana prometheus; do
  cp -r "$here/deploy/$part" "$top/deploy/"
done
install -m 755 "$here/deploy/install.sh" "$top/install.sh"
echo "$version" >"$top/VERSION"

# What the oldest supported glibc does not have would only be noticed there.
if command -v objdump >/dev/null; then
  newest=$(find "$top/app" -type f \( -name '*.so' -o -name tocsin \) -exec objdump -T {} + 2>/dev/null | grep -oE 'GLIBC_[0-9.]+' | sort -Vu | tail -1)
  [ "$(printf '%s\nGLIBC_2.28\n' "$newest" | sort -V | tail -1)" = GLIBC_2.28 ] || { echo "package.sh: $newest is needed, expected GLIBC_2.28 or older" >&2; exit 1; }
  echo "newest glibc symbol: $newest"
fi
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner -czf "$out/$name.tar.gz.part" "$name"
mv "$out/$name.tar.gz.part" "$out/$name.tar.gz"
echo "$out/$name.tar.gz: $(du -h "$out/$name.tar.gz" | cut -f1), unpacked $(du -sh "$top" | cut -f1)"
