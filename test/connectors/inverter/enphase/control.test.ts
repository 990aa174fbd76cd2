/** Enphase's events are in whole seconds: no longer than the vendor takes, and each beginning where the one before it ends. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Placing } from '../../../../connectors/cloud/control/control.ts'
import { encodePayload, readParts } from '../../../../connectors/cloud/control/part.ts'
import { deviceOf } from '../../../../connectors/cloud/device.ts'
import { enphaseControl } from '../../../../connectors/inverter/enphase/control.ts'
import { aDevice } from '../../../build/devices.ts'
import { commandOf } from '../../cloud/control/build.ts'

const MOST_MS = 300 * 60_000
const device = deviceOf(aDevice({ deviceId: 'd', templates: [] }), 0)
const body = { program_id: 'p', functions: ['PV'], measuring_reference: 'SITE', mode: 'CURTAIL', export_limit: 1_000 }

test('property: parts of any millisecond', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1_780_000_000_000, max: 1_790_000_000_000 }),
      fc.integer({ min: 1, max: MOST_MS }),
      (startMs, lengthMs) => {
        const spans = [
          { startMs, endMs: startMs + MOST_MS },
          { startMs: startMs + MOST_MS, endMs: startMs + MOST_MS + lengthMs },
        ]
        const parts = readParts(
          encodePayload(
            'enphase',
            spans.map((span) => ({ ...span, bodies: { '': body } })),
          ),
          'enphase',
        )
        const times = (parts ?? []).map((part) => {
          const placing: Placing = { device, command: commandOf(1, []), part, body, sight: undefined, handle: '' }
          return enphaseControl.place([placing], 'tag').json as { start_time: number; end_time: number }
        })
        const [first, second] = times
        expect((first?.end_time ?? 0) - (first?.start_time ?? 0)).toBe(MOST_MS / 1000)
        expect(second?.start_time).toBe(first?.end_time)
        expect(Math.abs((first?.start_time ?? 0) * 1000 - startMs)).toBeLessThanOrEqual(500)
      },
    ),
    { numRuns: 100 },
  )
})
