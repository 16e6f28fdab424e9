#!/usr/bin/env bash
# Looking again and again whether the task is done, and doing something useful in between.
#
#   while not task.done():
#       ...
#   print(task.result())
source "$(dirname "$0")/prelude.sh"

task=$(api "$BASE_URL/tasks" --data "$(delayed 'Bonjour' 10)" | jq --raw-output .id)

until api "$BASE_URL/tasks/$task/done" | jq --exit-status .done >/dev/null; do
  useful_work
done

# There is a result only once the task is done: before that, the answer would be a 409.
api "$BASE_URL/tasks/$task/result" --header 'Accept: text/plain'
echo
