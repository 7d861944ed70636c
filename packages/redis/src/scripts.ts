import { createHash } from 'node:crypto'

/** A script that the server runs as one step. */
export interface Script {
  readonly source: string
  /** Its name on the server. */
  readonly sha: string
}

function script(source: string): Script {
  return { source, sha: createHash('sha1').update(source).digest('hex') }
}

/** The server's time in milliseconds: processes of a fleet may disagree about it. */
const readTime = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`

/**
 * Appends batches if a process leads that can merge them, and returns which one. Without batches it only returns that.
 *
 * KEYS leader, batches, members · ARGV member, the most batches that may wait, how long a member that is silent counts, batch…
 *
 * Returns the leader's name, the number of members, the last entry that is kept, the server's time, the ids of the batches.
 */
export const reportScript: Script = script(`${readTime}
local leader = redis.call('HMGET', KEYS[1], 'name', 'until', 'kept')
redis.call('ZADD', KEYS[3], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - ARGV[3])
redis.call('EXPIRE', KEYS[3], 86400)
local answer = { '', redis.call('ZCARD', KEYS[3]), leader[3] or '', now }
if not leader[1] or tonumber(leader[2]) <= now then return answer end
answer[1] = leader[1]
if #ARGV == 3 or redis.call('XLEN', KEYS[2]) >= tonumber(ARGV[2]) then return answer end
for index = 4, #ARGV do
  answer[index + 1] = redis.call('XADD', KEYS[2], '*', 'b', ARGV[index])
end
redis.call('EXPIRE', KEYS[2], 604800)
return answer`)

/**
 * Takes or renews the lease. It can be taken when it has ended; who held it last may renew it until somebody else has taken it. If the server
 * has lost it, the leader comes before those who have just seen it, and only succeed it.
 *
 * KEYS leader, members · ARGV 'take', 'succeed', 'renew' or 'leave'; holder, name, length of the lease, member
 *
 * Returns whether the holder leads, the leader's name, the number of members.
 */
export const leadScript: Script = script(`${readTime}
local leader = redis.call('HMGET', KEYS[1], 'holder', 'name', 'until')
local isOwn = leader[1] == ARGV[2]
local isFree = ARGV[1] ~= 'succeed'
if leader[1] then isFree = tonumber(leader[3]) <= now end
if ARGV[1] == 'leave' then
  if isOwn then redis.call('HSET', KEYS[1], 'until', 0) end
  return { 0, '', 0 }
end
if not isOwn and not isFree then return { 0, leader[2] or '', redis.call('ZCARD', KEYS[2]) } end
if not isOwn then redis.call('HSET', KEYS[1], 'holder', ARGV[2], 'name', ARGV[3], 'saved', 0) end
redis.call('HSET', KEYS[1], 'until', now + ARGV[4])
redis.call('EXPIRE', KEYS[1], 2592000)
redis.call('ZADD', KEYS[2], now, ARGV[5])
redis.call('EXPIRE', KEYS[2], 86400)
return { 1, ARGV[3], redis.call('ZCARD', KEYS[2]) }`)

/**
 * Continues the leader's journal, and removes the batches that it contains. Refused for whoever held the lease before somebody else took
 * it; done once for each number.
 *
 * KEYS leader, journal, batches · ARGV holder, number, 'append' or 'replace', text, the last batch in it, the id after that
 *
 * Returns 'saved'; 'deposed'; or 'lost' if the server has lost what was kept before.
 */
export const saveScript: Script = script(`
local leader = redis.call('HMGET', KEYS[1], 'holder', 'saved', 'length')
if not leader[1] then return 'lost' end
if leader[1] ~= ARGV[1] then return 'deposed' end
if tonumber(ARGV[2]) <= tonumber(leader[2] or 0) then return 'saved' end
local length = #ARGV[4]
if ARGV[3] == 'replace' then
  redis.call('SET', KEYS[2], ARGV[4])
else
  if redis.call('STRLEN', KEYS[2]) ~= tonumber(leader[3] or 0) then return 'lost' end
  length = redis.call('APPEND', KEYS[2], ARGV[4])
end
redis.call('HSET', KEYS[1], 'saved', ARGV[2], 'length', length)
redis.call('EXPIRE', KEYS[2], 2592000)
if ARGV[5] ~= '' then
  redis.call('XTRIM', KEYS[3], 'MINID', ARGV[6])
  redis.call('HSET', KEYS[1], 'kept', ARGV[5])
end
return 'saved'`)

/**
 * Grants one more of what may be done in a burst, and then once in a while (GCRA): the key has the time up to which everything is used up.
 *
 * KEYS paid, hold · ARGV burst, time between two
 *
 * Returns how long to wait, in milliseconds; 0 if it is granted.
 */
export const permitScript: Script = script(`${readTime}
local held = redis.call('PTTL', KEYS[2])
if held > 0 then return held end
local paid = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local wait = paid - (ARGV[1] - 1) * ARGV[2] - now
if wait > 0 then return math.ceil(wait) end
redis.call('SET', KEYS[1], paid + ARGV[2], 'PX', math.ceil(paid + ARGV[2] - now))
return 0`)
