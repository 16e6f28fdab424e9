-- One line for load.sh: requests, microseconds, p50 and p99 in microseconds, errors.
function report(summary, latency, errors)
  local e = summary.errors
  print(string.format("RESULT %d %d %d %d %d", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout + errors))
end
