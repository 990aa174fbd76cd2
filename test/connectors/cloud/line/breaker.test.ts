/** A vendor that does not answer is left alone, and one call at a time finds out whether it answers again. */
import { expect, test } from 'vitest'
import {
  type Breaker,
  called,
  closedBreaker,
  failed,
  isOpen,
  passAtMs,
  succeeded,
  undecided,
} from '../../../../connectors/cloud/line/breaker.ts'

const about = { name: 'credential', isFinal: false }
const after = (failures: number, nowMs = 0): Breaker => {
  let breaker = closedBreaker
  for (let count = 0; count < failures; count += 1) breaker = failed(breaker, nowMs, about)
  return breaker
}

test('a few failures open it, and a success before forgets them', () => {
  expect([1, 2, 3, 4].map((failures) => isOpen(after(failures)))).toEqual([false, false, false, true])
  expect(isOpen(failed(succeeded(after(3)), 0, about))).toBe(false)
})

test('a vendor that does not know us opens it at once', () => {
  expect(isOpen(failed(closedBreaker, 0, { ...about, isFinal: true }))).toBe(true)
})

test('after the pause one call goes through, and no other before it has come back', () => {
  const open = after(4)
  expect(passAtMs(open, 0)).toBe(open.openUntilMs)
  const probing = called(open)
  expect(passAtMs(open, open.openUntilMs)).toBe(open.openUntilMs)
  expect(passAtMs(probing, open.openUntilMs)).toBe(Number.POSITIVE_INFINITY)
  expect(succeeded(probing)).toEqual(closedBreaker)
  const again = failed(probing, open.openUntilMs, about)
  expect(again.openUntilMs).toBeGreaterThan(open.openUntilMs)
  expect(passAtMs(again, open.openUntilMs)).toBe(again.openUntilMs)
})

test('a probe that was throttled lets another one try', () => {
  const open = after(4)
  expect(passAtMs(undecided(called(open)), open.openUntilMs)).toBe(open.openUntilMs)
})

test('pauses grow up to a quarter of an hour, and differ between credentials', () => {
  const pauses = [4, 5, 6, 30].map((failures) => after(failures).openUntilMs)
  expect(pauses).toEqual([...pauses].sort((a, b) => a - b))
  expect(pauses.at(-1)).toBeLessThanOrEqual(900_000)
  const other = [1, 2, 3, 4].reduce((breaker) => failed(breaker, 0, { name: 'other', isFinal: false }), closedBreaker)
  expect(other.openUntilMs).not.toBe(after(4).openUntilMs)
})
