#!/usr/bin/env bash
# Three tasks run at once and are awaited one by one: 20 seconds in all, as long as the longest, not 10 + 15 + 20.
#
#   task1 = asyncio.create_task(display_after("Bonjour", 10))
#   task2 = ...
#   await task1
#   await task2
#   await task3
source "$(dirname "$0")/prelude.sh"

create_task() {
  task=$(api "$BASE_URL/tasks" --data "$(delayed "$1" "$2")" | jq --raw-output .id)
  echo "START: $1"
}

await_task() {
  api "$BASE_URL/tasks/$1?waitSeconds=300" | jq --raw-output '"END: " + .message'
}

create_task 'Bonjour' 10
task1=$task
create_task 'Bore da' 15
task2=$task
create_task 'Hei hei' 20
task3=$task

for _ in 1 2 3 4 5; do
  useful_work
done

echo 'Waiting for the first task'
await_task "$task1"
echo 'Waiting for the second task'
await_task "$task2"
echo 'Waiting for the third task'
await_task "$task3"
