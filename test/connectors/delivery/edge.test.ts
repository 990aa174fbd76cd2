/** What a connector writes down about its devices. */
import { expect, test } from 'vitest'
import { createEdge } from '../../../connectors/delivery/edge.ts'
import { enrollmentChanges, telemetryRaw } from '../../../topics/catalogue.ts'
import { createMemoryLog } from '../../support/memory-log.ts'
import { aCommand, HOUR_MS, NOW_MS } from './build.ts'

function createRig(nowMs = NOW_MS) {
  const log = createMemoryLog({ nowMs: () => nowMs })
  const edge = createEdge({
    protocol: 'loopback',
    raw: telemetryRaw.loopback,
    writer: log.writer,
    clock: { nowMs: () => nowMs, rate: 1 },
    node: 'n',
  })
  return { log, edge }
}

test('the newest connection is the one that counts, however late the older one is closed', async () => {
  const { edge } = createRig()
  const first = await edge.opened('D')
  const second = await edge.opened('D')
  await edge.closed('D', first, '')
  expect(edge.epochOf('D')).toBe(second)
  expect(edge.connected()).toBe(1)
  await edge.closed('D', second, '')
  expect(edge.epochOf('D')).toBeUndefined()
  expect(edge.connected()).toBe(0)
})

test('openings that are under way at once end with the later one', async () => {
  const { edge } = createRig()
  const epochs = await Promise.all([edge.opened('D'), edge.opened('D')])
  expect(edge.epochOf('D')).toBe(Math.max(...epochs))
})

const twoEvents = {
  ...aCommand(1),
  segments: [
    { startMs: NOW_MS, endMs: NOW_MS + HOUR_MS, level: '1', limitW: 0, eventId: 'E1', programId: 'P1' },
    { startMs: NOW_MS + 2 * HOUR_MS, endMs: NOW_MS + 3 * HOUR_MS, level: '1', limitW: 0, eventId: 'E2', programId: 'P2' },
  ],
}

test.each([
  ['in force', 0, ['E1 P1']],
  ['that is next', 1.5, ['E2 P2']],
  ['of none that is over', 3, []],
])('an override leaves the event %s', async (_, hours, left) => {
  const { log, edge } = createRig(NOW_MS + hours * HOUR_MS)
  await edge.leftEvents(twoEvents, 'too slow')
  const changes = log.read(enrollmentChanges).map(({ value }) => value)
  expect(changes.map((change) => `${change?.eventId} ${change?.programId}`)).toEqual(left)
  for (const change of changes)
    expect(change).toMatchObject({
      kind: 'optedOut',
      actor: 'device',
      actorId: 'D',
      reason: 'too slow',
      effectiveFromMs: NOW_MS + hours * HOUR_MS,
    })
})
