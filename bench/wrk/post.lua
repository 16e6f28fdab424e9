-- POST of the body in $BODY.
dofile(os.getenv("BENCH_WRK") .. "/report.lua")

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = os.getenv("BODY")

function done(summary, latency) report(summary, latency, 0) end
