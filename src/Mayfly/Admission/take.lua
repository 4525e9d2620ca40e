-- Takes a place for one execution of one key, or says why not. Everything or nothing, and by one clock: Valkey's.
--
-- KEYS[1]  the key's tokens: {tokens, at}; expires when it would be full again
-- KEYS[2]  its running executions: ids by the instant after which one counts no more (its gateway died)
-- ARGV     1 executions a minute (0: no bound), 2 tokens at most, 3 executions at a time (0: no bound), 4 the execution, 5 milliseconds that it may last
-- returns  {0, tokens left, ms until full} taken · {1, 0, 0} too many at a time · {2, ms until the next token, ms until full} too many a minute

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local per_minute, capacity, concurrency, lease = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[5])

if concurrency > 0 then
    redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
    if redis.call('ZCARD', KEYS[2]) >= concurrency then
        return {1, 0, 0}
    end
end

local tokens, until_full = 0, 0
if per_minute > 0 then
    local state = redis.call('HMGET', KEYS[1], 'tokens', 'at')
    tokens = math.min(capacity, tonumber(state[1]) or capacity)
    local at = tonumber(state[2]) or now
    -- A clock that was set back gives nothing, and takes nothing away.
    if now > at then
        tokens = math.min(capacity, tokens + (now - at) * per_minute / 60000)
    end
    if tokens < 1 then
        return {2, math.ceil((1 - tokens) * 60000 / per_minute), math.ceil((capacity - tokens) * 60000 / per_minute)}
    end
    tokens = tokens - 1
    until_full = math.ceil((capacity - tokens) * 60000 / per_minute)
    redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens), 'at', string.format('%.0f', now))
    redis.call('PEXPIRE', KEYS[1], until_full + 1000)
end

if concurrency > 0 then
    redis.call('ZADD', KEYS[2], string.format('%.0f', now + lease), ARGV[4])
    redis.call('PEXPIRE', KEYS[2], lease + 1000)
end

return {0, math.floor(tokens), until_full}
