/** A device's clock is told of once for each change of what is thought of it, and each connection is watched anew. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createClockNotes } from '../../../connectors/delivery/clock-notes.ts'
import { newWatch, noteStated } from '../../../connectors/delivery/clock-skew.ts'
import { NOW_MS } from '../ocpp/build.ts'

const MINUTE_MS = 60_000

function notes() {
  const lines: string[] = []
  const skews: number[] = []
  const log = (line: string) => void lines.push(line)
  const skew = (seconds: number) => void skews.push(seconds)
  return { lines, skews, clocks: createClockNotes({ protocol: 'p', remedy: 'set it', skew, log }) }
}

const stated = fc.record({
  afterMs: fc.integer({ min: 0, max: 10 * MINUTE_MS }),
  offMs: fc.integer({ min: -20, max: 20 }).map((min) => min * MINUTE_MS),
})

test('property: a line where the verdict changes, and nowhere else, with the skew that was measured', () => {
  fc.assert(
    fc.property(fc.array(stated, { maxLength: 30 }), (all) => {
      const { lines, skews, clocks } = notes()
      let [receivedMs, watch] = [NOW_MS, newWatch(NOW_MS + (all[0]?.afterMs ?? 0))]
      const expected: string[] = []
      for (const { afterMs, offMs } of all) {
        receivedMs += afterMs
        clocks.note('D', { statedMs: receivedMs + offMs, receivedMs, epoch: 1 })
        const { verdict } = watch
        watch = noteStated(watch, receivedMs + offMs, receivedMs).watch
        if (watch.verdict !== verdict) expected.push(watch.verdict)
      }
      expect(lines.map((line) => /^p D: its clock is (\w+).* \(-?\d+ s\)$/.exec(line)?.[1])).toEqual(expected)
      expect(skews.length).toBeGreaterThanOrEqual(lines.length)
    }),
  )
})

test('what says nothing of the time is nothing, and a new connection begins anew', () => {
  const { lines, clocks } = notes()
  clocks.note('D', { statedMs: undefined, receivedMs: NOW_MS, epoch: 1 })
  for (const epoch of [1, 1, 2, 2]) clocks.note('D', { statedMs: NOW_MS + 2 * MINUTE_MS, receivedMs: NOW_MS, epoch })
  clocks.forget('D', 1)
  clocks.note('D', { statedMs: NOW_MS + 2 * MINUTE_MS, receivedMs: NOW_MS, epoch: 2 })
  clocks.forget('D', 2)
  clocks.note('D', { statedMs: NOW_MS + 2 * MINUTE_MS, receivedMs: NOW_MS, epoch: 2 })
  expect(lines).toEqual(Array.from({ length: 3 }, () => 'p D: its clock is ahead; set it (120 s)'))
})
