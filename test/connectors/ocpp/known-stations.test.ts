/** Only stations that are enrolled, with their password, may connect. */
import { expect, test } from 'vitest'
import { authenticateBy, followStations } from '../../../connectors/ocpp/known-stations.ts'
import type { DeviceState } from '../../../schemas/enrollment.ts'
import { enrollmentState } from '../../../topics/catalogue.ts'
import { eventually } from '../../support/eventually.ts'
import { createMemoryLog } from '../../support/memory-log.ts'
import { NOW_MS, someAttributes } from './build.ts'

const aState = (deviceId: string, protocol: DeviceState['attributes']['protocol'] = 'ocpp'): DeviceState => ({
  deviceId,
  attributes: someAttributes({ protocol }),
  memberships: [],
  enrollments: [],
  suspensions: [],
  optOuts: [],
  templates: [],
  registeredMs: NOW_MS,
  terminatedMs: null,
  lastChangeOffset: 0,
})

test('stations are known as they are enrolled, and others are not', async () => {
  const log = createMemoryLog({ nowMs: () => NOW_MS })
  await log.writer.append(enrollmentState, aState('CP-1'))
  await log.writer.append(enrollmentState, aState('meter', 'none'))
  const stations = await followStations(log.reader)
  const authenticate = authenticateBy(stations, (_, password) => Buffer.from(password).toString() === 'right')
  expect(await authenticate('CP-1', Buffer.from('right'))).toBe('accepted')
  expect(await authenticate('CP-1', Buffer.from('wrong'))).toBe('denied')
  expect(await authenticate('CP-1', undefined)).toBe('denied')
  expect(await authenticate('meter', Buffer.from('right'))).toBe('unknown')
  expect(await authenticate('CP-2', Buffer.from('right'))).toBe('unknown')
  await log.writer.append(enrollmentState, aState('CP-2'))
  await eventually('the new station', () => stations.has('CP-2'))
  expect(stations.count()).toBe(2)
  await stations.stop()
})

test('nobody is turned away before what is enrolled is known', async () => {
  let know = (): void => undefined
  const known = new Set<string>()
  const caughtUp = new Promise<void>((resolve) => (know = resolve))
  const verdict = authenticateBy({ has: (id) => known.has(id), caughtUp }, () => true)('CP-1', Buffer.from('x'))
  known.add('CP-1')
  know()
  expect(await verdict).toBe('accepted')
})
