# The rows about cluster mode. To be sourced by load.sh, after durable.sh.
#
# A PostgreSQL server of their own, from the binaries that the system has, on a free port and in DISK like the databases of durable mode,
# with its settings as they come but for a larger log: every commit waits for the disk.

pg_bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
pg_as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

start_postgres() {
  [ -n "$pg_bin" ] || { say 'load.sh: please install postgresql'; exit 1; }
  pg_port=$(free_port)
  pg_data=$disk/pg
  mkdir "$pg_data" && chmod 711 "$disk"
  [ "$(id -u)" != 0 ] || chown postgres "$pg_data"
  (cd / && pg_as "$pg_bin/initdb" -D "$pg_data" -U postgres -A trust -E UTF8 --locale=C >/dev/null)
  (cd / && pg_as "$pg_bin/pg_ctl" -D "$pg_data" -w -l "$pg_data/log" \
    -o "-p $pg_port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c shared_buffers=1GB -c max_wal_size=8GB" start >/dev/null)
}
stop_postgres() {
  (cd / && pg_as "$pg_bin/pg_ctl" -D "$pg_data" -w -m immediate stop >/dev/null) || true
  rm -rf "$pg_data"
}

# start_node NAME [DATABASE or SETTING=VALUE]
start_node() {
  local database=postgres setting=()
  case ${2:-} in *=*) setting=("$2") ;; ?*) database=$2 ;; esac
  start "$1" /health/ready "$service_dll" Tasks__MaxPending=20000000 Tasks__Storage=Postgres "${setting[@]}" \
    ConnectionStrings__Tasks="Host=127.0.0.1;Port=$pg_port;Username=postgres;Database=$database"
}

row_cluster-post() {
  start_postgres
  trap 'stop_all; stop_postgres' EXIT
  start_node service
  beside_memory cluster 0.4
  connections=$many_connections beside_memory cluster 0.5
}

row_cluster-due() {
  start_postgres
  trap 'stop_all; stop_postgres' EXIT
  start_node service
  load punctuality --url "${url[service]}" --rate "$([ -n "$quick" ] && echo 3000 || echo 30000)" --seconds "$([ -n "$quick" ] && echo 4 || echo 10)" --lead 60 --p99 25 --max 0 >>"$table"
}

# The same by two nodes, of which each creates half and has half of the workers; and what of the rows that work changes is left for vacuum.
row_cluster-work() {
  start_postgres
  trap 'stop_all; stop_postgres' EXIT
  start_node one Tasks__Retention=00:00:10
  flow_rows one 'cluster, one node' 10000 30
  ask "SELECT n_dead_tup || ' of ' || n_dead_tup + n_live_tup FROM pg_stat_user_tables WHERE relname = 'work'" >"$work/dead"
  ask "SELECT pg_size_pretty(pg_table_size('work')) || ', ' || pg_size_pretty(pg_indexes_size('work'))" >"$work/size"
  table_row '… dead rows of work, and its size, indexes apart, when all that has run and been forgotten' "$(cat "$work/dead"); $(cat "$work/size")" '' '' '' ''
  start_node two Tasks__Retention=00:00:10
  rounds=2 flow warm --and "${url[two]}"
  flow two --and "${url[two]}"
  stop two
  flow alone
  flow_row '… by two nodes (beside it: by one)' two alone ''
}

# What a second node adds where the machine isn't the bound: each has a small share of a core, and PostgreSQL and the driver have the rest.
row_cluster-nodes() {
  start_postgres
  trap 'stop_all; stop_postgres; unlimit' EXIT
  start_node one Tasks__Retention=00:00:10
  start_node two Tasks__Retention=00:00:10
  flow_node=one flow_count=$([ -n "$quick" ] && echo 20000 || echo 200000)
  say 'Warming up'
  rounds=2 flow warm --and "${url[two]}"
  flow_count=$((flow_count / 5))
  limit one 15
  limit two 15
  flow two --and "${url[two]}"
  stop two
  flow alone
  flow_row "Created, acquired by 4 workers and finished, all at once, by two nodes, each with 15 % of a core (beside it: by one that has as much), $(thousands "$flow_count") a round" two alone '' 1.4
}

# limit NAME PERCENT: from now on the server has no more than so much of a core. By a control group, which only root may make.
limit() {
  local quota=$(($2 * 100)) period=10000 group
  if [ -d /sys/fs/cgroup/cpu ]; then
    group=/sys/fs/cgroup/cpu/taskapi-$$-$1
    mkdir "$group"
    echo $period >"$group/cpu.cfs_period_us"
    echo $quota >"$group/cpu.cfs_quota_us"
  else
    group=/sys/fs/cgroup/taskapi-$$-$1
    echo +cpu >/sys/fs/cgroup/cgroup.subtree_control
    mkdir "$group"
    echo "$quota $period" >"$group/cpu.max"
  fi
  echo "${pids[$1]}" >"$group/cgroup.procs"
  groups+=("$group")
}
# Once they have been stopped.
unlimit() { rmdir "${groups[@]}" 2>/dev/null || true; }
groups=()

# Whether the table of work grows by what comes and goes: as many tasks as an hour has at 1,000 a second, created, run, finished and forgotten after 10 s.
row_cluster-bloat() {
  start_postgres
  trap 'stop_all; stop_postgres' EXIT
  start_node one Tasks__Retention=00:00:10
  flow_node=one flow_count=$([ -n "$quick" ] && echo 20000 || echo 200000)
  local part parts=18 early
  for ((part = 1; part <= parts; part++)); do
    rounds=1 flow part
    say "  part $part: $(ask "SELECT pg_table_size('work') || ' bytes, ' || pg_indexes_size('work') || ' of indexes, ' || n_dead_tup || ' dead of ' || n_dead_tup + n_live_tup FROM pg_stat_user_tables WHERE relname = 'work'")"
    [ $part != 6 ] || early=$(ask "SELECT pg_total_relation_size('work')")
  done
  ask "SELECT pg_total_relation_size('work')" >"$work/late"
  awk -v early="$early" -v late="$(cat "$work/late")" -v count="$(thousands $((parts * flow_count)))" 'BEGIN {
    printf "| The table of work and its indexes, after %s tasks that came and went (beside it: after a third of them) | %.0f MB | %.0f MB | %.2f | ≤ 1.2 | %s |\n", count, late / 1e6, early / 1e6, late / early, late / early <= 1.2 ? "ok" : "**missed**" }' >>"$table"
}

row_cluster-priorities() {
  start_postgres
  trap 'stop_all; stop_postgres' EXIT
  start_node service
  load priorities --url "${url[service]}" --count "$million" --p99 20 --where ', cluster' --timeout 2000 >>"$table"
}

# How fast tasks that are all due at once are completed, by two nodes and then by one of them alone, which has run for longer by then.
row_cluster-drain() {
  start_postgres
  trap 'stop_all; stop_postgres' EXIT
  local count=$([ -n "$quick" ] && echo 20000 || echo 300000)
  start_node one
  start_node two
  say 'Warming up'
  rounds=3 drain "$count" >/dev/null
  drain "$count" >"$work/two"
  stop two
  drain "$count" >"$work/one"
  paste "$work/one" "$work/two" | awk -v count="$count" "$table_functions"'
    { one[NR] = $1; two[NR] = $2 }
    END {
      ratio = median(two, NR) / median(one, NR)
      printf "| %s tasks due at once, completed by two nodes (beside it: by one), %d rounds | %s/s | %s/s | %.2f | ≥ 1.3 | %s |\n", \
        thousands(count), NR, thousands(median(two, NR)), thousands(median(one, NR)), ratio, verdict(1.3, ratio >= 1.3)
    }' >>"$table"
}

# drain COUNT: in each round creates so many tasks, due together in a while; prints how many were completed per second.
drain() {
  local round rate
  for ((round = 1; round <= rounds; round++)); do
    rate=$(load drain --url "${url[one]}" --count "$1")
    say "  $rate/s"
    echo "$rate"
  done
}

row_cluster-wakeup() {
  start_postgres
  trap 'stop_all; stop_postgres' EXIT
  start_node one
  start_node two
  load wakeup --url "${url[one]}" --wait-at "${url[two]}" --samples "$([ -n "$quick" ] && echo 200 || echo 2000)" --p99 25 >>"$table"
}

# What a dump does to those who write: its snapshot keeps every version of every row that has been changed since it began. Beside it, in another
# database of the same server, nobody holds one.
row_cluster-held() {
  start_postgres
  trap 'stop_all; stop_postgres' EXIT
  sql -c 'CREATE DATABASE beside'
  start_node held
  start_node beside beside
  local seconds=$([ -n "$quick" ] && echo 30 || echo 600)
  hold_snapshot $((seconds + 120)) &
  load creating --url "${url[held]}" --beside "${url[beside]}" --seconds "$seconds" --timeout $((seconds + 200)) \
    --what ' while a snapshot is held (beside it: while none is)' >>"$table"
}

# The same for work: what has been started stays in the indexes by which work is looked for.
row_cluster-held-work() {
  start_postgres
  trap 'stop_all; stop_postgres' EXIT
  sql -c 'CREATE DATABASE beside'
  start_node held
  start_node beside beside
  local seconds=${HELD_SECONDS:-600}
  [ -z "$quick" ] || seconds=20
  hold_snapshot $((seconds + 120)) &
  load working --url "${url[held]}" --beside "${url[beside]}" --seconds "$seconds" --timeout $((seconds + 200)) \
    --what ' while a snapshot is held (beside it: while none is)' >>"$table"
}

ask() { "$pg_bin/psql" -h 127.0.0.1 -p "$pg_port" -U postgres -qAt -c "$1"; }

sql() { "$pg_bin/psql" -h 127.0.0.1 -p "$pg_port" -U postgres -q "$@" >/dev/null; }

# As pg_dump does; ends with the server.
hold_snapshot() {
  { echo 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM tasks;'; sleep "$1"; } | sql 2>/dev/null || true
}
