-- $METHOD of /tasks/{id} for the ids in the file $IDS, one a line, from line $FIRST on, $COUNT of them, shared out among
-- $THREADS threads. With CYCLE=1 they are gone through again and again; else running out of them counts as an error.
dofile(os.getenv("BENCH_WRK") .. "/report.lua")

local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

local ids, at, before, after = {}, 0, nil, nil

function init()
  local first, count, all = tonumber(os.getenv("FIRST")), tonumber(os.getenv("COUNT")), tonumber(os.getenv("THREADS"))
  local line = 0
  for id in io.lines(os.getenv("IDS")) do
    line = line + 1
    if line >= first + count then break end
    if line >= first and line % all == number then ids[#ids + 1] = id end
  end
  before = os.getenv("METHOD") .. " /tasks/"
  after = " HTTP/1.1\r\nHost: " .. wrk.host .. "\r\n\r\n"
  spent = 0
end

local cycle = os.getenv("CYCLE") == "1"

function request()
  at = at + 1
  if at > #ids then
    at = 1
    if not cycle then spent = spent + 1 end
  end
  return before .. ids[at] .. after
end

function done(summary, latency)
  local errors = 0
  for _, thread in ipairs(threads) do errors = errors + thread:get("spent") end
  report(summary, latency, errors)
end
