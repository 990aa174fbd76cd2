/** What an event would come to, and that it comes to that. */
import { expect, it } from 'vitest'
import { preview } from '../../../processors/dispatch/preview.ts'
import { aDevice } from '../../build/devices.ts'
import { anEvent, anOrder, NOON_MS } from '../../build/events.ts'
import { readableRenderer } from '../../build/renderer.ts'
import { aProgram } from '../../build/terms.ts'
import { newestOutcomes, sendOrder, sendStates, startDispatch } from './story.ts'

const always = { fromMs: 0, untilMs: null }
const programs = [aProgram('summer-shed', { nominatedW: 50_000 })]
const devices = [
  ...Array.from({ length: 8 }, (_, index) => aDevice({ deviceId: `d-${index}` })),
  aDevice({ deviceId: 'gone', terminatedMs: 1 }),
  aDevice({ deviceId: 'away', suspensions: [{ programId: null, held: false, ...always }] }),
  aDevice({ deviceId: 'strange', enrollments: [] }),
]
const around = {
  others: [],
  devices,
  programs,
  holds: [],
  renderers: { loopback: readableRenderer('loopback') },
  ledgerOf: () => undefined,
  isConnected: (deviceId: string) => (deviceId === 'd-1' ? false : undefined),
  nowMs: NOON_MS,
}

it('says who, who not and why, how much, and what is at risk', () => {
  const seen = preview({ ...around, event: anEvent() })
  expect(seen).toMatchObject({
    counts: { sent: 8, terminated: 1, suspended: 1 },
    deliverableW: 8 * 5500,
    atRiskW: 5500,
    nominatedW: 50_000,
    allocation: null,
  })
  expect(seen.rows.filter(({ atRisk }) => atRisk).map(({ deviceId }) => deviceId)).toEqual(['d-1'])
  expect(seen.rows.find(({ deviceId }) => deviceId === 'gone')).toMatchObject({ outcome: 'terminated', calledW: 0 })
})

it('decides as the dispatcher does', () => {
  const event = anEvent()
  const driver = startDispatch()
  sendStates(driver, devices)
  sendOrder(driver, anOrder(1, { events: [event], programs }))
  driver.run()
  const seen = preview({ ...around, event })
  expect(Object.fromEntries(seen.rows.map(({ deviceId, outcome }) => [deviceId, outcome]))).toEqual(newestOutcomes(driver, 'E'))
})

it('calls for a target as many as it needs', () => {
  const { counts, allocation } = preview({ ...around, event: anEvent({ targetW: 20_000 }) })
  expect(counts).toEqual({ sent: 4, capacityNotNeeded: 4, terminated: 1, suspended: 1 })
  expect(allocation).toMatchObject({ calledW: 22_000, shortfallW: 0 })
})
