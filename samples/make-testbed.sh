#!/usr/bin/env bash
# usage: samples/make-testbed.sh RECORDING [OUT [NODE]]
# Copies a recording of one node without what names the machine it was made on (series of names and addresses, file systems under /mnt/), and
# calls the node NODE. Without these words OUT is samples/testbed and NODE n001. The same input and gzip give the same bytes.
set -euo pipefail
[ $# -ge 1 ] && [ $# -le 3 ] || { echo "usage: $0 RECORDING [OUT [NODE]]" >&2; exit 2; }
from=$1
out=${2:-$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/testbed}
node=${3:-n001}
for file in scrapes.tsv.gz jobs.psv; do
  [ -f "$from/$file" ] || { echo "$0: '$from' has no $file: expected a recording (docs/FORMATS.md)" >&2; exit 1; }
done

mkdir -p "$out"
part=$out/scrapes.tsv.gz.part
trap 'rm -f "$part"' EXIT
# gzip -n: neither a name nor a time goes into the file.
gzip -dc "$from/scrapes.tsv.gz" |
  grep -vE '^node_[a-z_]+_info\{|^node_filesystem_[a-z_]+\{.*mountpoint="/mnt/' |
  awk -v node="$node" -F '\t' '/^#t/ && NF == 2 { print $0 "\t" node; next } { print }' |
  gzip -9n >"$part"
mv "$part" "$out/scrapes.tsv.gz"
for table in jobs.psv faults.psv; do
  [ ! -f "$from/$table" ] || install -m 644 "$from/$table" "$out/$table"
done

size=$(stat -c %s "$out/scrapes.tsv.gz")
[ "$size" -le $((5 * 1024 * 1024)) ] || { echo "$0: $size bytes: a sample has at most 5 MiB; take a shorter recording" >&2; exit 1; }
echo "$out: $size bytes"
