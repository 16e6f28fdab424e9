# shellcheck shell=bash
# What every sample starts with; they source it. Needs bash, curl and jq.
#
#   BASE_URL   where the service is (default http://localhost:5080)
#   SCALE      stretches or shortens every delay: 0.1 runs ten times as fast (default 1)
#   API_KEY    sent along, if the service asks for one
set -euo pipefail

BASE_URL=${BASE_URL:-http://localhost:5080}
SCALE=${SCALE:-1}

# curl that stays quiet, fails when the service refuses, and sends JSON.
api() {
  curl --silent --show-error --fail-with-body --header 'Content-Type: application/json' \
    ${API_KEY:+--header "X-Api-Key: $API_KEY"} "$@"
}

# seconds 10: ten seconds, scaled.
seconds() {
  LC_ALL=C awk -v seconds="$1" -v scale="$SCALE" 'BEGIN { print seconds * scale }'
}

# delayed "Hello" 10: the JSON that asks for a message after ten seconds, {"message":"Hello","delaySeconds":10}.
delayed() {
  jq --null-input --compact-output --arg message "$1" --argjson delaySeconds "$(seconds "$2")" '$ARGS.named'
}

# The time of day, as the service writes it into results.
now() {
  date +%H:%M:%S
}

# A second in which this program does something while its tasks run.
useful_work() {
  echo 'Doing something useful'
  sleep "$(seconds 1)"
}
