/** What credentials have to carry, against the notice of the programs of their devices. */
import { describe, expect, test } from 'vitest'
import { createCredentialTally, describeCredential } from '../../../../gateway/cli/devices/credentials.ts'
import type { DeviceState } from '../../../../schemas/enrollment.ts'
import { aDevice, anEnrollment } from '../../../build/devices.ts'
import { readableRenderer } from '../../../build/renderer.ts'

const NOW_MS = 1_000_000
const renderers = {
  ocpp: readableRenderer('ocpp'),
  thermostat: readableRenderer('thermostat', 30, { quota: { calls: 60, windowS: 60 }, devicesPerCall: 10 }),
}
const notices: Readonly<Record<string, number>> = { quick: 120, slow: 1800 }

function rowsOf(devices: readonly DeviceState[]) {
  const tally = createCredentialTally(renderers, (programId) => notices[programId], NOW_MS)
  for (const device of devices) tally.take(device)
  return tally.rows()
}

const fleet = (count: number, credential: string, programs: readonly string[]) =>
  Array.from({ length: count }, (_, index) =>
    aDevice({
      deviceId: `${credential}-${index}`,
      attributes: { protocol: 'thermostat', credential },
      enrollments: programs.map((programId) => anEnrollment(programId)),
    }),
  )

describe('credentials', () => {
  test('tell devices, calls, time and the least notice, those too slow first', () => {
    const rows = rowsOf([...fleet(900, 'A', ['slow']), ...fleet(905, 'B', ['slow', 'quick'])])
    expect(rows).toEqual([
      {
        credential: 'B',
        protocol: 'thermostat',
        devices: 905,
        calls: 91,
        needS: 121,
        leastNoticeS: 120,
        programId: 'quick',
        suffices: false,
      },
      {
        credential: 'A',
        protocol: 'thermostat',
        devices: 900,
        calls: 90,
        needS: 120,
        leastNoticeS: 1800,
        programId: 'slow',
        suffices: true,
      },
    ])
    expect(rows.map(describeCredential)).toEqual([
      'B  thermostat  905 devices  91 calls  3 min  least notice 2 min (quick)  TOO SLOW',
      'A  thermostat  900 devices  90 calls  2 min  least notice 30 min (slow)  suffices',
    ])
  })

  test('count only devices that are, or will be, in a program and share a line', () => {
    const [device] = fleet(1, 'A', ['slow'])
    const shared = device as DeviceState
    const gone = { ...shared, enrollments: [anEnrollment('slow', { untilMs: NOW_MS })] }
    const coming = { ...shared, enrollments: [anEnrollment('slow', { fromMs: NOW_MS + 1 })] }
    const own = aDevice({ attributes: { protocol: 'ocpp', credential: 'A' }, enrollments: [anEnrollment('slow')] })
    const terminated = { ...shared, terminatedMs: NOW_MS }
    expect(rowsOf([shared, gone, coming, own, terminated]).map(({ devices }) => devices)).toEqual([2])
  })

  test('of a program whose terms are not known suffice as far as one knows', () => {
    expect(rowsOf(fleet(1, 'A', ['unheard of']))).toMatchObject([{ leastNoticeS: null, programId: '', suffices: true }])
  })
})
