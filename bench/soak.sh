#!/usr/bin/env bash
# Runs a mixed load against the service for a while and checks that nothing fails, nothing leaks and no task is lost.
#
#   bench/soak.sh              5 minutes
#   bench/soak.sh 3600         so many seconds
#
# KEEP=DIR keeps the service's log there.
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/servers.sh

seconds=${1:-300}
[[ $seconds =~ ^[0-9]+$ ]] || { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' bench/soak.sh; exit 2; }

need curl
build src/TaskApi bench/TaskApi.Load
trap 'stop_all; rm -rf "$work"' EXIT
start service /health/live "$service_dll" Tasks__Retention=00:00:05
echo '| What | TaskApi | Beside it | Ratio | Target | |'
echo '|---|---|---|---|---|---|'
timeout $((seconds + 300)) dotnet "$load_dll" soak --url "${url[service]}" --pid "${pids[service]}" --seconds "$seconds" --timeout $((seconds + 240))
curl -sf -o /dev/null "${url[service]}/health/ready" || { say 'soak.sh: the service is not well afterwards'; exit 1; }
