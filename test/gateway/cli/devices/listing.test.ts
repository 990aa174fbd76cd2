/** What is written of a fleet as it is read. */
import { expect, test } from 'vitest'
import { createListing, type ListingOptions } from '../../../../gateway/cli/devices/listing.ts'
import { type DeviceOverview, overviewOf } from '../../../../gateway/cli/devices/overview.ts'
import { aDevice, anEnrollment } from '../../../build/devices.ts'

const NOW_MS = 1_000_000
const states = [
  aDevice({ deviceId: 'a', attributes: { protocol: 'ocpp' }, enrollments: [anEnrollment('P')] }),
  aDevice({ deviceId: 'b', enrollments: [anEnrollment('P', { untilMs: NOW_MS }), anEnrollment('Q')] }),
  aDevice({ deviceId: 'c', enrollments: [] }),
]
const fleet: readonly DeviceOverview[] = overviewOf(
  {
    states: new Map(states.map((state) => [state.deviceId, state])),
    presence: new Map(),
    commands: new Map(),
    debts: new Map([['b', { deviceId: 'b', commandId: 'c-2', seq: 2, sinceMs: 2000, owedUntilMs: 2_000_000 }]]),
    channels: new Map(),
    heard: undefined,
  },
  NOW_MS,
)

function list(options: ListingOptions) {
  const lines: string[] = []
  const listing = createListing(options, (line) => lines.push(line))
  for (const device of fleet) listing.add([device])
  return { lines, ...listing.end() }
}

test.each([
  [{}, ['a', 'b', 'c']],
  [{ protocol: 'ocpp' }, ['a']],
  [{ program: 'P' }, ['a']],
  [{ program: 'Q' }, ['b']],
  [{ owed: true }, ['b']],
  [{ owed: true, protocol: 'ocpp' }, []],
] as const)('%j tells of %j', (options, ids) => {
  const { lines } = list(options)
  expect(lines.slice(0, -1).map((line) => line.split('  ')[0])).toEqual(ids)
  const { lines: json } = list({ ...options, json: true })
  expect((JSON.parse(json.join('\n')) as DeviceOverview[]).map(({ deviceId }) => deviceId)).toEqual(ids)
})

test('ends with how many there are, and how many owe a release', () => {
  expect(list({}).lines.at(-1)).toBe('3 devices, 1 releases owed')
  expect(list({ protocol: 'ocpp' }).lines.at(-1)).toBe('1 devices, no release owed')
  expect(list({})).toMatchObject({ devices: 3, owing: 1 })
})
