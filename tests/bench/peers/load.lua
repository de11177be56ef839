-- For wrk: asks the lines of a file in turn, over all connections together, and tells the outcome
-- as one line of JSON. A line is a path, and after a tab the ETag that the client has already.

local asks, at = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    local path, etag = line:match("^([^\t]*)\t?(.*)$")
    local headers = {}
    if etag ~= "" then headers["If-None-Match"] = etag end
    asks[#asks + 1] = wrk.format("GET", path, headers)
  end
  at = tonumber(args[2]) or 0
end

function request()
  at = at % #asks + 1
  return asks[at]
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "microseconds": %d, "bytes": %d, "failed": %d, "refused": %d, '
      .. '"median_us": %d, "p99_us": %d}\n',
    summary.requests, summary.duration, summary.bytes, e.connect + e.read + e.write + e.timeout,
    e.status, latency:percentile(50), latency:percentile(99)))
end
