/** Whatever crashes, the same commands and decisions come, in the same order for each device. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aDevice } from '../../build/devices.ts'
import { anEvent, anOrder, HOUR_MS, NOON_MS } from '../../build/events.ts'
import { aProgram } from '../../build/terms.ts'
import type { Driver, DriverOptions } from '../../driver/driver.ts'
import { commandsOf, decisionsOf, sendOrder, sendStates, startDispatch } from './story.ts'

const at = (hours: number): number => NOON_MS + hours * HOUR_MS
const programs = [aProgram('A', { releaseStaggerS: 60 }), aProgram('B', { precedence: 2, maxEventsPerDay: 1 })]
const fleet = Array.from({ length: 24 }, (_, index) =>
  aDevice({ deviceId: `d-${index}`, programs, attributes: { ratedW: 7000 + (index % 3) * 1000 } }),
)

/** Two programs' events, a modification, changes of devices, a hold, a cancellation, and the end of it all. */
function play(options: Partial<DriverOptions> = {}): Driver {
  const driver = startDispatch({ workBudget: 5, maxRecordsPerTransaction: 3, ...options })
  const a = anEvent({ eventId: 'a', programId: 'A' })
  const b = anEvent({ eventId: 'b', programId: 'B', startMs: at(1), endMs: at(5) })
  sendStates(driver, fleet)
  sendOrder(driver, anOrder(1, { events: [b], programs }))
  driver.run()
  sendOrder(driver, anOrder(2, { events: [a], programs }))
  driver.advanceTo(at(2.5), HOUR_MS)
  const out = fleet.slice(0, 5).map((state) => ({
    ...state,
    lastChangeOffset: 7,
    optOuts: [{ eventId: 'a', actor: 'customer' as const, fromMs: at(2.5), untilMs: null }],
  }))
  sendStates(driver, out)
  sendOrder(
    driver,
    anOrder(3, {
      events: [{ ...a, revision: 2, endMs: at(4.5), intervals: [{ startMs: at(2), endMs: at(4.5), level: '3', valueW: null }] }],
    }),
  )
  driver.advanceTo(at(3))
  sendOrder(driver, anOrder(4, { holds: [{ scope: 'program', id: 'B' }], holdsChanged: true }))
  driver.run()
  sendOrder(driver, anOrder(5, { events: [{ ...a, revision: 3, kind: 'cancelled', receivedMs: at(3) }] }))
  driver.advanceTo(at(40), 4 * HOUR_MS)
  return driver
}

/** What came of it, by device; which chunk a decision fell into is not part of it. */
function outcomeOf(driver: Driver): unknown {
  const byDevice = <T extends { readonly deviceId: string }>(rows: readonly T[]) =>
    Object.fromEntries(fleet.map(({ deviceId }) => [deviceId, rows.filter((row) => row.deviceId === deviceId)]))
  return { commands: byDevice(commandsOf(driver)), decisions: byDevice(decisionsOf(driver)) }
}

const calm = outcomeOf(play())

describe('dispatch', () => {
  it('tells the story to every device', () => {
    const commands = commandsOf(play())
    for (const { deviceId } of fleet) {
      const own = commands.filter((command) => command.deviceId === deviceId)
      expect(own.map(({ seq }) => seq)).toEqual(own.map((_, index) => index + 1))
      expect(own.length).toBeGreaterThan(2)
    }
  })

  it('comes out the same when the process dies before any commit', () => {
    const { length } = Array.from({ length: play().transactions() })
    for (let n = 1; n <= length; n += 11) expect(outcomeOf(play({ crashAfter: n, compactOnCrash: n % 2 === 0 }))).toEqual(calm)
  })

  it('comes out the same when processes die anywhere, and in transactions of any size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1 << 30 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 40 }),
        (crashAnywhere, compactOnCrash, workBudget) => {
          expect(outcomeOf(play({ crashAnywhere, compactOnCrash, workBudget, maxRecordsPerTransaction: workBudget }))).toEqual(calm)
        },
      ),
      { numRuns: 12 },
    )
  })

  it('takes nothing twice that an edge delivers twice', () => {
    const twice = play({ deliverTwice: true })
    const calmly = commandsOf(play())
    expect(
      commandsOf(twice)
        .map(({ commandId }) => commandId)
        .sort(),
    ).toEqual(calmly.map(({ commandId }) => commandId).sort())
  })
})
