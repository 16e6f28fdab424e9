# The rows about durable mode, beside the memory mode where they do the same. To be sourced by load.sh.
#
# The databases are in DISK (default: the directory for temporary files), which should be a real disk: what a commit costs is its.

disk=$(mktemp -d -p "${DISK:-${TMPDIR:-/var/tmp}}" taskapi-XXXXXX)
trap 'rm -rf "$work" "$disk"' EXIT

start_durable() { start service /health/live "$service_dll" Tasks__MaxPending=20000000 Tasks__Storage=Sqlite Tasks__StoragePath="$disk/tasks.db" "$@"; }
forget_durable() { stop service; rm -rf "${disk:?}"/*; }

# table_row WHAT FIGURE BESIDE RATIO TARGET OK: the last is the exit status of a comparison.
table_row() { echo "| $1 | $2 | $3 | $4 | $5 | $([ -z "$5" ] || { [ "$6" = 1 ] && echo ok || echo '**missed**'; }) |" >>"$table"; }
holds() { awk "BEGIN { print ($1) ? 1 : 0 }"; }

# beside_memory MODE MIN: rounds of POST in this mode and in memory side by side, like pair's; MIN is the least ratio of the rates. The service
# is up. What counts besides is what a call takes longer in the middle, at the most MAX_P50_MORE ms, if that is set.
# Whoever creates waits for the disk, so that few callers can't use up the processors: the same with many shows how much the mode itself takes.
beside_memory() {
  start memory /health/live "$service_dll" Tasks__MaxPending=20000000
  create_body 7200
  say 'Warming up'
  local name round
  local -A result=()
  for name in memory service; do wrk_run $warm_seconds $name /tasks post.lua >/dev/null; done
  : >"$work/rounds"
  for ((round = 1; round <= rounds; round++)); do
    say "$1: round $round of $rounds"
    for name in $( ((round % 2)) && echo memory service || echo service memory); do result[$name]=$(wrk_run "$run_seconds" $name /tasks post.lua); done
    say "  memory  ${result[memory]}"
    say "  $1 ${result[service]}"
    echo "${result[memory]} ${result[service]}" >>"$work/rounds"
  done
  awk -v mode="$1" -v callers="$connections" -v min="$2" -v more="${MAX_P50_MORE:-}" "$table_functions"'
    { m[NR] = $1; d[NR] = $6; r[NR] = $6 / $1; m50[NR] = $2; d50[NR] = $7; a[NR] = $7 - $2; m99[NR] = $3; d99[NR] = $8; mc[NR] = $5; dc[NR] = $10; c[NR] = $5 / $10 }
    END {
      printf "| POST /tasks, %s, %d connections (beside it: in memory), %d rounds | %d/s | %d/s | %.2f | ≥ %.2f | %s |\n", mode, callers, NR, median(d, NR), median(m, NR), median(r, NR), min, verdict(min, median(r, NR) >= min)
      printf "| … p50 of the latency | %.2f ms | %.2f ms | %.2f ms more | %s | %s |\n", median(d50, NR), median(m50, NR), median(a, NR), more == "" ? "" : "≤ " more " ms more", verdict(more, median(a, NR) <= more)
      printf "| … p99 of the latency | %.2f ms | %.2f ms | | | |\n", median(d99, NR), median(m99, NR)
      printf "| … processor time of the service per request | %.1f µs | %.1f µs | %.2f (memory / %s) | | |\n", median(dc, NR), median(mc, NR), median(c, NR), mode
    }' "$work/rounds" >>"$table"
}

row_durable-post() {
  start_durable
  MAX_P50_MORE=2 beside_memory durable 0.6
  connections=$many_connections beside_memory durable 0.7
  forget_durable
}

row_durable-due() {
  start_durable
  load punctuality --url "${url[service]}" --rate "$due_rate" --seconds "$([ -n "$quick" ] && echo 4 || echo 10)" --p99 10 --max 0 >>"$table"
  forget_durable
}

# flow WHAT [OPTION...]: tasks created and finished by workers over HTTP, in rounds; leaves their rates in $work/flow.WHAT, one a line, and says what else took part.
flow() {
  local what=$1 used
  shift
  used=$(ticks "$flow_node")
  load flow --url "${url[$flow_node]}" --count "$flow_count" --rounds "$rounds" "$@" >"$work/flow.$what"
  awk -v used=$(($(ticks "$flow_node") - used)) -v count=$((flow_count * rounds)) 'BEGIN { printf "%.1f", used * 1e4 / count }' >"$work/cost.$what"
  say "  $what: $(tr '\n' ' ' <"$work/flow.$what")a second, $(cat "$work/cost.$what") us of the service each; load $(cut -d' ' -f1 /proc/loadavg)"
}

# flow_row TEXT WHAT BESIDE MIN [MIN_RATIO]: the medians of the rates of WHAT and, if there is one, of BESIDE, and how they relate.
flow_row() {
  paste "$work/flow.$2" "$work/flow.${3:-$2}" | awk -v text="$1" -v beside="$3" -v min="$4" -v ratio="${5:-}" "$table_functions"'
    { w[NR] = $1; b[NR] = $2 }
    END {
      rate = median(w, NR); other = median(b, NR); r = rate / other
      printf "| %s, %d rounds | %s/s | %s | %s | %s | %s |\n", text, NR, thousands(rate), beside == "" ? "" : thousands(other) "/s", beside == "" ? "" : sprintf("%.2f", r),
        ratio != "" ? "≥ " ratio : min == "" ? "" : "≥ " thousands(min) "/s", ratio != "" ? verdict(ratio, r >= ratio) : verdict(min, rate >= min)
    }' >>"$table"
}

# flow_rows NODE MODE RATE MS: what both rows of work have in common; RATE and MS are their targets.
flow_rows() {
  flow_node=$1
  flow_count=$([ -n "$quick" ] && echo 20000 || echo 200000)
  say 'Warming up'
  rounds=2 flow warm
  flow alone
  flow_row "Created by NDJSON, acquired by 4 workers over HTTP, 100 a call, and finished, all at once, $2, $(thousands "$flow_count") a round" alone '' "$3"
  table_row '… processor time of the service for each' "$(cat "$work/cost.alone") µs" '' '' '' ''
  flow others --others 50000
  flow_row '… the same while 50,000 others wait in another queue (beside it: none)' others alone '' 0.9
  load promptness --url "${url[$1]}" --samples "$([ -n "$quick" ] && echo 200 || echo 2000)" --due "$4" --cancel "$4" >>"$table"
}

thousands() { sed ':a;s/\B[0-9]\{3\}\>/,&/;ta' <<<"$1"; }

row_durable-work() {
  start_durable
  flow_rows service durable 20000 10
  forget_durable
}

row_durable-priorities() {
  start_durable
  load priorities --url "${url[service]}" --count "$million" --p99 20 --where ', durable' >>"$table"
  forget_durable
}

# What so many pending tasks take, and the start with them after a kill.
row_durable-ten-million() {
  start_durable
  load fill --url "${url[service]}" --pid "${pids[service]}" --count "$ten_million" --target 0 >>"$table"
  stop service
  local bytes empty full
  bytes=$(cat "$disk"/tasks.db* | wc -c)
  bytes=$(awk "BEGIN { printf \"%.1f\", $bytes / $ten_million }")
  table_row '… bytes on disk per pending task, the log included' "$bytes" '' '' '≤ 120' "$(holds "$bytes <= 120")"
  full=$(start_seconds "$disk/tasks.db")
  empty=$(start_seconds "$disk/empty.db")
  table_row '… start after a kill, until it is ready (beside it: an empty database)' "$full s" "$empty s" '' '< 1 s' "$(holds "$full < 1")"
  forget_durable
}

# start_seconds DATABASE: from the start of the process to the first ready answer.
start_seconds() {
  local port begun
  port=$(free_port)
  begun=$(date +%s%N)
  (cd "$(dirname "$service_dll")" && exec env DOTNET_ENVIRONMENT=Production Http__WarmUp=false Serilog__MinimumLevel__Default=Warning Tasks__MaxPending=20000000 Tasks__Storage=Sqlite Tasks__StoragePath="$1" \
    dotnet "$(basename "$service_dll")" --urls "http://127.0.0.1:$port") >"$logs/start.log" 2>&1 &
  for _ in {1..3000}; do
    curl -sf -o /dev/null --max-time 5 "http://127.0.0.1:$port/health/ready" && break
    sleep 0.01
  done
  awk "BEGIN { printf \"%.2f\", ($(date +%s%N) - $begun) / 1e9 }"
  kill -KILL $! && wait $! 2>/dev/null || true
}
