#!/bin/bash
# KIND STEPS PERIOD: a rank on each node, a checkpoint of its own every PERIOD seconds, and one whenever Tocsin asks. FOLDER is the job's, TOCSIN its client.
set -u
kind=$1 steps=$2 period=$3
cd "$FOLDER" || exit 1
for ((rank = 0; rank < SLURM_NNODES; rank++)); do mkdir -p rank$rank && rm -f rank$rank/{ask,ck.done,resumed,progress}; done
# Last: who sees this line sees nothing of the run before.
echo "$SLURM_JOB_ID ${SLURM_RESTART_COUNT:-0} $(date +%s%3N) $SLURM_JOB_NODELIST" >>runs
case $kind in
  counter) program="exec /usr/bin/python3 $FOLDER/counter.py $steps 1" ;;
  # Each replica an MPI world of its own: of Slurm's variables it sees none but where it is.
  lammps) program="exec env -i PATH=/usr/bin:/bin HOME=$FOLDER SLURM_CONF=\"\$SLURM_CONF\" SLURMD_NODENAME=\"\$SLURMD_NODENAME\" lmp -in $FOLDER/melt.lammps -var steps $steps -log none -screen none" ;;
esac
(
  while sleep "$period"; do
    began=$(date +%s)
    "$FOLDER/checkpoint.sh" && [ -n "$TOCSIN_URL" ] && "$TOCSIN" ack 0 written $(($(date +%s) - began)) 2>>client.log
  done
) &
# The last line, by exec: the signal goes to the batch shell alone.
exec "$TOCSIN" run --checkpoint "$FOLDER/checkpoint.sh" -- srun --kill-on-bad-exit=1 --wait=5 bash -c "cd $FOLDER/rank\$SLURM_PROCID && $program" 2>>client.log
