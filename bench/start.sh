# The row about what comes first: the start, and the first calls of a new process. To be sourced by load.sh.

# As the container has it, compiled ahead.
publish() {
  dotnet publish src/TaskApi --configuration Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true \
    --output "$work/published" --nologo -v quiet >"$work/publish.log" || { cat "$work/publish.log" >&2; return 1; }
}

# first DLL: milliseconds from its start until it is ready, of the slowest and of all of its first hundred calls, and of processor time up to here.
first() {
  local port pid begun ready i
  port=$(free_port)
  for ((i = 1; i <= 100; i++)); do
    [ $i = 1 ] || echo next
    printf 'url = "http://127.0.0.1:%s/tasks"\noutput = /dev/null\nwrite-out = "%%{http_code} %%{time_total}\\n"\n' "$port"
    # A creation, and a look at what there is.
    ((i % 2)) && printf 'header = "Content-Type: application/json"\ndata = "{\\"message\\":\\"Hei\\",\\"delaySeconds\\":60}"\n'
  done >"$work/hundred"
  begun=$(date +%s%N)
  (cd "$(dirname "$1")" && exec env DOTNET_ENVIRONMENT=Production Serilog__MinimumLevel__Default=Warning dotnet "$(basename "$1")" --urls "http://127.0.0.1:$port") >"$logs/first.log" 2>&1 &
  pid=$!
  for _ in {1..3000}; do
    curl -sf -o /dev/null --max-time 5 "http://127.0.0.1:$port/health/ready" && break
    kill -0 $pid 2>/dev/null || { cat "$logs/first.log" >&2; return 1; }
    sleep 0.01
  done
  ready=$((($(date +%s%N) - begun) / 1000000))
  curl -s --max-time 60 --config "$work/hundred" >"$work/first"
  pids[first]=$pid
  awk -v ready="$ready" -v ticks="$(ticks first)" '
    { if ($1 != 200 && $1 != 202) exit 1; all += $2; if ($2 > slowest) slowest = $2; n++ }
    END { if (n != 100) exit 1; printf "%d %.1f %.1f %d\n", ready, slowest * 1e3, all * 1e3, ticks * 10 }' "$work/first" || { say 'load.sh: first calls failed'; cat "$work/first" >&2; return 1; }
  stop first
}

row_start() {
  local round ahead just
  publish
  : >"$work/rounds"
  for ((round = 1; round <= 2 * rounds; round++)); do
    say "start: round $round of $((2 * rounds))"
    ahead=$(first "$work/published/TaskApi.dll")
    just=$(first "$service_dll")
    echo "$ahead $just" >>"$work/rounds"
  done
  awk "$table_functions"'
    { for (i = 1; i <= 8; i++) value[i, NR] = $i }
    function middle(i,    k, v) { for (k = 1; k <= NR; k++) v[k] = value[i, k]; return median(v, NR) }
    function row(name, i, unit) { printf "| %s | %.1f %s | %.1f %s | %.2f | | |\n", name, middle(i), unit, middle(i + 4), unit, middle(i) / middle(i + 4) }
    END {
      row("A start until it is ready, compiled ahead (beside it: not), " NR " rounds", 1, "ms")
      row("… the slowest of its first hundred calls", 2, "ms")
      row("… all of them, one after the other", 3, "ms")
      row("… processor time from the start to the end of them", 4, "ms")
    }' "$work/rounds" >>"$table"
}
