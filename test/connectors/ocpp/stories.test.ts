/** Days of a station: what a utility asks for, decided by the production processors, as the station on its socket comes to obey it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { topology } from '../../../processors/topology.ts'
import type { UtilityRequest } from '../../../schemas/utility.ts'
import { deviceAcks, deviceConnections, enrollmentChanges, programsChanges, utilityRequests } from '../../../topics/catalogue.ts'
import { aChange } from '../../build/changes.ts'
import { aRequest } from '../../build/request.ts'
import { aProgramChange, someTerms } from '../../build/terms.ts'
import { leave } from '../../contract/clause.ts'
import { ocppUnderTest, words16 } from '../../contract/ocpp.ts'
import { words201 } from '../../contract/ocpp201.ts'
import type { ScriptedDevice } from '../../contract/protocol.ts'
import { createStage, HOUR_MS, type Stage } from '../../contract/stage.ts'
import { driveLog } from '../../support/driven-log.ts'
import { eventually } from '../../support/eventually.ts'

/** 32 A can be drawn, and 16 A may be. */
const build = { ratedW: 22_080, standing: { unit: 'A', limit: 16 } } as const
const STANDING_W = 11_040
/** The first is above the standing limit. */
const levels = [
  { level: '1', limitPermille: 700 },
  { level: '2', limitPermille: 300 },
  { level: '3', limitPermille: 0 },
]
const LEVEL_W: Readonly<Record<string, number>> = { '1': STANDING_W, '2': 6_624, '3': 0 }

const deciding = ['control', 'enrollment', 'dispatch']
const subTopologies = topology.subTopologies.filter(({ name }) => deciding.includes(name))
const deviceId = 'CP-1'
const programId = 'summer-shed'

describe.each([
  ['1.6', words16],
  ['2.0.1', words201],
] as const)('a station of %s with a standing limit of 16 A', (version, words) => {
  const protocol = ocppUnderTest('ocpp', version, words, build)
  let stage: Stage
  let beganMs: number

  beforeEach(async () => {
    stage = createStage(protocol)
    driveLog(stage.log, { ...topology, subTopologies }, { nowMs: stage.clock.nowMs })
    await stage.start()
    beganMs = stage.clock.nowMs()
    const { attributes } = protocol
    await stage.log.writer.append(programsChanges, aProgramChange({ programId, terms: someTerms({ levels }) }))
    await stage.log.writer.append(enrollmentChanges, aChange('registered', { deviceId, attributes }))
    await stage.log.writer.append(enrollmentChanges, aChange('enrolled', { deviceId, programId }))
  })

  afterEach(() => stage.stop())

  /** Hours since the beginning. */
  const at = (hours: number): number => beganMs + hours * HOUR_MS

  async function ask(theirEventId: string, intervals: readonly (readonly [from: number, until: number, level: string])[]) {
    const request = aRequest({
      programId,
      theirEventId,
      intervals: intervals.map(([from, until, level]) => ({ startMs: at(from), endMs: at(until), level, valueW: null })),
    })
    await stage.log.writer.append(utilityRequests, request)
    return request
  }

  async function cancel(request: UtilityRequest): Promise<void> {
    const cancellation = { ...request, requestId: `${request.theirEventId} off`, action: 'cancel', modificationNumber: 1 } as const
    await stage.log.writer.append(utilityRequests, cancellation)
  }

  /** Waits until the newest command is settled, and the station means to draw this much at these hours. */
  async function settled(station: ScriptedDevice, status: 'applied' | 'released', limits: Readonly<Record<string, number>>): Promise<void> {
    const hours = Object.keys(limits).map(Number)
    const seen = () => Object.fromEntries(hours.map((hour) => [String(hour), station.limitW(at(hour))]))
    await eventually(`${status}, with ${JSON.stringify(limits)}`, () => JSON.stringify(seen()) === JSON.stringify(limits), 10_000).catch(
      () => expect(seen()).toEqual(limits),
    )
    await eventually(status, () => stage.log.read(deviceAcks).at(-1)?.value?.status === status, 10_000)
  }

  test('follows levels 1-2-3-1 by one command, and is never let above its own limit', async () => {
    const station = await stage.connected(deviceId)
    await ask('E', [
      [1, 1.5, '1'],
      [1.5, 2, '2'],
      [2, 2.5, '3'],
      [2.5, 3, '1'],
    ])
    const [one = 0, two = 0, three = 0] = ['1', '2', '3'].map((level) => LEVEL_W[level])
    await settled(station, 'applied', { '0.5': STANDING_W, '1.2': one, '1.7': two, '2.2': three, '2.7': one, '3.2': STANDING_W })
    expect(station.commands).toEqual(['set'])
  })

  test('follows two events of one day, and the other alone when either is taken back', async () => {
    const station = await stage.connected(deviceId)
    const morning = await ask('morning', [[1, 2, '2']])
    await settled(station, 'applied', { '1.5': 6_624, '2.5': STANDING_W, '3.5': STANDING_W })
    const evening = await ask('evening', [[3, 4, '3']])
    await settled(station, 'applied', { '1.5': 6_624, '2.5': STANDING_W, '3.5': 0, '4.5': STANDING_W })
    await cancel(morning)
    await settled(station, 'applied', { '1.5': STANDING_W, '2.5': STANDING_W, '3.5': 0, '4.5': STANDING_W })
    await cancel(evening)
    await settled(station, 'released', { '1.5': STANDING_W, '2.5': STANDING_W, '3.5': STANDING_W, '4.5': STANDING_W })
    expect(station.commands).toEqual(['set', 'set', 'set', 'release'])
  })

  test('that is away when its event is cancelled, and back before the start, never begins it', async () => {
    const station = await stage.connected(deviceId)
    const request = await ask('E', [[2, 3, '3']])
    await settled(station, 'applied', { '2.5': 0 })
    await leave(stage, station)
    await cancel(request)
    stage.clock.advance(HOUR_MS)
    await station.connect()
    await settled(station, 'released', { '1.5': STANDING_W, '2.5': STANDING_W, '3.5': STANDING_W })
    expect(stage.clock.nowMs()).toBeLessThan(at(2))
    expect(station.commands).toEqual(['set', 'release'])
  })

  test('that was away for the whole of an event that was cancelled hears nothing of it', async () => {
    const station = stage.device(deviceId)
    await cancel(await ask('E', [[2, 3, '3']]))
    await station.connect()
    await settled(station, 'released', { '2.5': STANDING_W })
    expect(station.commands).toEqual([])
    expect(stage.log.read(deviceConnections)).toHaveLength(1)
  })
})
