/** Whatever a vendor, or what stands before it, answers is taken for what it is, and for no more. */
import { describe, expect, test } from 'vitest'
import { judgeAnswer, retryAfterMs } from '../../../../connectors/cloud/line/judge-answer.ts'
import { throttled } from '../../../../connectors/cloud/line/throttle.ts'

const NOW_MS = Date.UTC(2026, 6, 1, 12)
const judge = (status: number, body: string, headers: Record<string, string> = {}) =>
  judgeAnswer({ status, headers: new Headers(headers), body: Buffer.from(body) }, NOW_MS, (json) =>
    (json as { code?: number } | undefined)?.code === 14 ? 'unauthorised' : undefined,
  )

const html = '<!DOCTYPE html><html><body>Sign in to the network</body></html>'

test.each([
  ['JSON', 200, '{"a":1}', {}, 'answered'],
  ['nothing', 204, '', {}, 'answered'],
  ['a page of HTML instead of an answer', 200, html, {}, 'unknown'],
  ['JSON that was cut off', 200, '{"a":', {}, 'unknown'],
  ['a redirect to a login', 302, '', { location: 'https://elsewhere' }, 'unknown'],
  ['a problem document', 400, '{"title":"timeUnit","status":400}', {}, 'refused'],
  ['a page of HTML with a 404 of something in between', 404, html, {}, 'unknown'],
  ['a token that is no good', 401, '{"message":"Not authorized"}', {}, 'unauthorised'],
  ['a token that is no good, said with 500', 500, '{"code":14}', {}, 'unauthorised'],
  ['too many calls', 429, '{"message":"Too many requests"}', {}, 'throttled'],
  ['too many calls, as a page', 429, html, {}, 'throttled'],
  ['maintenance that says how long', 503, html, { 'retry-after': '120' }, 'throttled'],
  ['maintenance that does not', 503, html, {}, 'unknown'],
  ['a fault of the vendor', 500, '{"message":"oops"}', {}, 'unknown'],
])('%s', (_, status, body, headers, kind) => {
  expect(judge(status, body, headers as Record<string, string>).kind).toBe(kind)
})

test('the words of a refusal are those of the vendor, in whatever field it puts them, and bounded', () => {
  expect(judge(400, '{"title":"Bad","detail":"timeUnit"}')).toMatchObject({ detail: '400: Bad: timeUnit' })
  expect(judge(409, '{"status":{"code":4,"message":"Validation error"}}')).toMatchObject({ detail: '409: Validation error' })
  expect(judge(400, JSON.stringify({ message: 'x'.repeat(10_000) }))).toMatchObject({ detail: expect.stringMatching(/^.{1,300}$/) })
})

describe('Retry-After', () => {
  const waitOf = (headers: Record<string, string>) => retryAfterMs(new Headers(headers), NOW_MS)

  test('is seconds, or an instant by the clock of the vendor, or of ours where it shows none', () => {
    expect(waitOf({ 'retry-after': '120' })).toBe(120_000)
    expect(waitOf({ 'retry-after': 'Wed, 01 Jul 2026 10:02:00 GMT', date: 'Wed, 01 Jul 2026 10:00:00 GMT' })).toBe(120_000)
    expect(waitOf({ 'retry-after': 'Wed, 01 Jul 2026 12:02:00 GMT' })).toBe(120_000)
  })

  test('is nothing where it is absent, past or nonsense', () => {
    expect([waitOf({}), waitOf({ 'retry-after': 'Wed, 01 Jul 2020 12:00:00 GMT' }), waitOf({ 'retry-after': 'soon' })]).toEqual([0, 0, 0])
  })

  test('is obeyed; without it each wait is longer than the one before, and calls that were under way together count once', () => {
    expect(throttled({ refusals: 0, untilMs: 0 }, 300_000, NOW_MS).untilMs).toBe(NOW_MS + 300_000)
    const first = throttled({ refusals: 0, untilMs: 0 }, 0, NOW_MS)
    expect(throttled(first, 0, NOW_MS + 1)).toMatchObject({ refusals: 1 })
    const second = throttled(first, 0, first.untilMs)
    expect(second.untilMs - first.untilMs).toBe(2 * (first.untilMs - NOW_MS))
  })
})
