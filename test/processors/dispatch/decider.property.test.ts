/** Thinking once about devices that are alike gives what thinking about each gives. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createDecider } from '../../../processors/dispatch/decider.ts'
import { eventsInForce } from '../../../processors/dispatch/events-in-force.ts'
import { createDeviceInterning } from '../../../processors/dispatch/interned-devices.ts'
import { UNTOLD } from '../../../processors/dispatch/ledger.ts'
import { sharedDecider } from '../../../processors/dispatch/shared-decider.ts'
import { NOON_MS } from '../../build/events.ts'
import { readableRenderer } from '../../build/renderer.ts'
import { device, scene } from './alike.ts'
import { decideOn, worldOf } from './planning.ts'

const renderers = { loopback: readableRenderer('loopback') }

it('decides alike for devices that are alike, and only for those', () => {
  fc.assert(
    fc.property(fc.array(device, { minLength: 60, maxLength: 80 }), scene, (each, around) => {
      // As the table holds them: parts that are alike are the same objects.
      const devices = each.map(createDeviceInterning())
      const decide = createDecider(eventsInForce(worldOf(around), NOON_MS), renderers, NOON_MS)
      for (const one of devices) expect(decide(one, UNTOLD)).toEqual(decideOn(one, around))
    }),
    { numRuns: 60 },
  )
})

it('decides for each of several tasks, one after the other, what that task alone would decide', () => {
  const MINUTE_MS = 60_000
  const turn = fc.tuple(fc.integer({ min: 0, max: 1 }), fc.constantFrom(NOON_MS, NOON_MS + MINUTE_MS))
  fc.assert(
    fc.property(
      fc.array(device, { minLength: 5, maxLength: 10 }),
      fc.tuple(scene, scene),
      fc.array(turn, { minLength: 2, maxLength: 6 }),
      (devices, scenes, turns) => {
        for (const [index, nowMs] of turns) {
          const around = scenes[index] ?? scenes[0]
          // A task has objects of its own.
          const decide = sharedDecider(eventsInForce(worldOf(structuredClone(around)), nowMs), renderers, nowMs)
          for (const one of devices) expect(decide(one, UNTOLD)).toEqual(decideOn(one, { ...around, nowMs }))
        }
      },
    ),
    { numRuns: 60 },
  )
})
