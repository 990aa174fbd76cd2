/** Tries the overview of devices. */
import { expect, test } from 'vitest'
import { type DeviceTables, overviewOf } from '../../../../gateway/cli/devices/overview.ts'
import { describeDevice } from '../../../../gateway/cli/devices/print.ts'
import type { TrackedCommand } from '../../../../processors/outcomes/tracked.ts'
import { aDevice } from '../../../build/devices.ts'

const NOW_MS = 1_000_000
const tracked = (seq: number, changes: Partial<TrackedCommand> = {}): TrackedCommand => ({
  commandId: `c-${seq}`,
  seq,
  eventIds: ['E'],
  calledW: 1,
  issuedMs: seq * 1000,
  expiresMs: null,
  lastEndMs: 2_000_000,
  known: true,
  socket: true,
  seen: 'nothing',
  outcome: null,
  revision: 0,
  dueMs: 0,
  ...changes,
})
const watched = (deviceId: string, channel: 'import' | 'export', coveredUntilMs: number, heard = true) => ({
  deviceId,
  channel,
  heard,
  coveredUntilMs,
  gaps: [],
})

const tables: DeviceTables = {
  states: new Map(['d-2', 'd-1', 'd-3'].map((deviceId) => [deviceId, aDevice({ deviceId, terminatedMs: deviceId === 'd-3' ? 5 : null })])),
  presence: new Map([['d-1', { deviceId: 'd-1', connected: true, epoch: 4, node: 'edge', sinceMs: 77_000 }]]),
  commands: new Map([['d-1', { commands: [tracked(1, { outcome: 'applied' }), tracked(2, { lastEndMs: 0, eventIds: [] })] }]]),
  debts: new Map([
    ['d-1', { deviceId: 'd-1', commandId: 'c-2', seq: 2, sinceMs: 2000, owedUntilMs: 2_000_000 }],
    ['d-2', { deviceId: 'd-2', commandId: 'c-1', seq: 1, sinceMs: 2000, owedUntilMs: NOW_MS }],
  ]),
  channels: new Map([
    ['1', watched('d-1', 'import', 5_000)],
    ['2', watched('d-1', 'export', 8_000)],
    ['3', watched('d-2', 'import', 9_000, false)],
  ]),
  heard: undefined,
}

test('tells of each device, by id: connection, telemetry, last command, debt', () => {
  const [first, second, third] = overviewOf(tables, NOW_MS)
  expect(first).toEqual({
    deviceId: 'd-1',
    protocol: 'loopback',
    terminated: false,
    programs: ['summer-shed'],
    connection: { connected: true, sinceMs: 77_000, node: 'edge' },
    receivedMs: undefined,
    clockLeadMs: undefined,
    coveredUntilMs: 8_000,
    command: { seq: 2, issuedMs: 2000, release: true, outcome: null, seen: 'nothing' },
    owed: { seq: 2, sinceMs: 2000, untilMs: 2_000_000 },
  })
  // What it held has ended by itself, so that nothing is owed any more; it was never heard of.
  expect(second).toMatchObject({ deviceId: 'd-2', connection: null, coveredUntilMs: null, command: null, owed: null })
  expect(third).toMatchObject({ deviceId: 'd-3', terminated: true })
})

test('takes the time of the last body, and what is known of the clock, from analytics where that answers', () => {
  const heard = new Map([['d-1', { receivedMs: 123_000, clockLeadMs: 420_000 }]])
  const [first, second] = overviewOf({ ...tables, heard }, NOW_MS)
  expect([first?.receivedMs, second?.receivedMs]).toEqual([123_000, null])
  expect([first?.clockLeadMs, second?.clockLeadMs]).toEqual([420_000, null])
})

test.each([
  [420_000, 'CLOCK 7 min ahead'],
  [30_000, undefined],
  [-900_000, undefined],
  [-7_200_000, 'CLOCK 120 min behind, or all readings late'],
])('a lead of %i ms is told as %s', (clockLeadMs, words) => {
  const [first] = overviewOf({ ...tables, heard: new Map([['d-1', { receivedMs: 1, clockLeadMs }]]) }, NOW_MS)
  const clock =
    first &&
    describeDevice(first)
      .split('  ')
      .find((part) => part.startsWith('CLOCK'))
  expect(clock).toBe(words)
})

test('prints one line each', () => {
  const [first, second, third] = overviewOf(tables, NOW_MS).map(describeDevice)
  expect(first).toBe(
    'd-1  loopback  connected since 1970-01-01T00:01:17Z  telemetry up to 1970-01-01T00:00:08Z  release 2 of 1970-01-01T00:00:02Z: no answer yet  OWES release 2 since 1970-01-01T00:00:02Z; its own copy ends 1970-01-01T00:33:20Z',
  )
  expect(second).toBe('d-2  loopback  no connection  no live telemetry  no command')
  expect(third).toMatch(/^d-3 {2}loopback, terminated/)
})
