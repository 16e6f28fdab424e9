#!/usr/bin/env bash
# Three tasks run at once, and one call waits for all of them: it ends with the slowest, 20 seconds after the start.
#
#   await asyncio.gather(task1, task2, task3)
source "$(dirname "$0")/prelude.sh"

ids=()
create_task() {
  ids+=("$(api "$BASE_URL/tasks" --data "$(delayed "$1" "$2")" | jq --raw-output .id)")
  echo "START: $1"
}

create_task 'Bonjour' 10
create_task 'Bore da' 15
create_task 'Hei hei' 20
body=$(jq --null-input --compact-output '{ids: $ARGS.positional}' --args "${ids[@]}")

# The tasks are the service's; what each says at its end is read from a stream, beside everything else that goes on here.
api "$BASE_URL/tasks/as-completed" --no-buffer --data "$body" | jq --unbuffered --raw-output '"END: " + .message' &
ends=$!

for _ in 1 2 3 4 5; do
  useful_work
done

# await: the call is held until the slowest is done. 08-gather-results.sh shows what it answers.
echo 'Waiting for all of the tasks'
api "$BASE_URL/tasks/gather" --data "$body" --output /dev/null
wait "$ends"
