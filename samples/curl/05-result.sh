#!/usr/bin/env bash
# The result of a task: the time of day and its message, put together when the task finished.
#
#   task = asyncio.create_task(create_string_after("Bonjour", 10))
#   await task
#   print(task.result())
#   print(await create_string_after("Bonjour", 10))
source "$(dirname "$0")/prelude.sh"

# In three steps: create it, await it, take its result.
task=$(api "$BASE_URL/tasks" --data "$(delayed 'Bonjour' 10)" | jq --raw-output .id)
api "$BASE_URL/tasks/$task?waitSeconds=300" --output /dev/null
api "$BASE_URL/tasks/$task/result" | jq --raw-output .result

# In one: create it and await it, and the answer is the finished task.
api "$BASE_URL/tasks?waitSeconds=300" --data "$(delayed 'Bonjour' 10)" | jq --raw-output .result
