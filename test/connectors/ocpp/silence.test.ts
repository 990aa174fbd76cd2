/** A station that stays connected and says nothing: the gap is noticed, the station made to tell its registers, and the energy of the gap is known. */
import { describe, expect, test } from 'vitest'
import { topology } from '../../../processors/topology.ts'
import { enrollmentChanges, telemetryGaps, telemetryReadings } from '../../../topics/catalogue.ts'
import { aChange } from '../../build/changes.ts'
import { ocpp } from '../../contract/ocpp.ts'
import { ocpp201 } from '../../contract/ocpp201.ts'
import { createStage } from '../../contract/stage.ts'
import { driveLog } from '../../support/driven-log.ts'
import { eventually } from '../../support/eventually.ts'

const MINUTE_MS = 60_000
const QUARTER_MS = 900_000
const working = ['control', 'enrollment', 'telemetry']
const subTopologies = topology.subTopologies.filter(({ name }) => working.includes(name))

describe.each([ocpp, ocpp201])('a silent station of $name', (protocol) => {
  test('is made to say its register, which is the energy of the whole gap', async () => {
    const stage = createStage(protocol)
    const driven = driveLog(stage.log, { ...topology, subTopologies }, { nowMs: stage.clock.nowMs })
    /** Processors work on ticks, which come here with this call. */
    const tick = () => driven.hold(false)
    const gaps = () => stage.log.read(telemetryGaps).flatMap(({ value }) => value ?? [])
    await stage.start()
    const { attributes } = protocol
    await stage.log.writer.append(enrollmentChanges, aChange('registered', { deviceId: 'CP-1', attributes }))
    const station = await stage.connected('CP-1')
    for (const _ of [1, 2, 3]) {
      await station.report()
      stage.clock.advance(QUARTER_MS)
    }
    stage.clock.advance(3 * QUARTER_MS)
    await eventually('the station to be asked', () => {
      stage.clock.advance(MINUTE_MS)
      tick()
      return (station.history?.asked.length ?? 0) > 0
    })
    await eventually('the end of the gap', () => {
      tick()
      return gaps().some(({ endedMs }) => endedMs !== null)
    })
    const [first] = gaps()
    const ended = gaps().findLast(({ gapId }) => gapId === first?.gapId)
    expect(gaps().map(({ status }) => status)).toContain('requested')
    expect(ended).toMatchObject({ deviceId: 'CP-1', channel: 'import', energyWh: 100, carried: true })
    // From the first register on, 100 Wh each: twice in time, and once over the gap.
    const energyWh = stage.log.read(telemetryReadings).flatMap(({ value }) => (value?.kind === 'register' ? value.values : []))
    expect(energyWh.slice(0, 3)).toEqual([100, 100, 100])
    await stage.stop()
  })
})
