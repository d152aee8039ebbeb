#!/bin/bash
# Every rank writes one; only when all are whole do they take the last one's place.
cd "$FOLDER" || exit 1
exec 9>checkpoint.lock
flock -w 60 9 || exit 1
for rank in rank*; do rm -f "$rank/ck.done"; : >"$rank/ask"; done
for _ in $(seq 300); do
  whole=1
  for rank in rank*; do [ -e "$rank/ck.done" ] && [ ! -e "$rank/ask" ] || whole=0; done
  if [ $whole -eq 1 ]; then
    for rank in rank*; do mv "$rank/ck.done" "$rank/ck.restart"; done
    echo "${SLURM_RESTART_COUNT:-0} $(date +%s%3N)" >>checkpoints
    exit 0
  fi
  sleep 0.1
done
exit 1
