/** Stations are asked on their first connection, and what they say is compared with the registration, recorded once, and set where telemetry needs it. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { realClock } from '../../../../processors/runtime/clock.ts'
import { type AnsweringStation, answeringStation, type Reply } from '../answering-station.ts'
import { someAttributes } from '../build.ts'
import { startConnector, type TestConnector } from '../connector.ts'

let running: TestConnector | undefined

afterEach(async () => {
  await running?.role.stop()
  running = undefined
})

async function start(options: Parameters<typeof startConnector>[1] = {}): Promise<TestConnector> {
  running = await startConnector(realClock, options)
  return running
}

/** A station of 1.6 that keeps its keys; those in `fixed` cannot be changed. */
function station16(fixed: Record<string, string>, settings: Record<string, string> = {}) {
  return (action: string, payload: Record<string, unknown>): Reply => {
    if (action === 'SetChargingProfile') return { result: { status: 'Accepted' } }
    if (action === 'ChangeConfiguration') {
      const isKnown = String(payload.key) in settings
      if (isKnown) settings[String(payload.key)] = String(payload.value)
      return { result: { status: isKnown ? 'Accepted' : 'NotSupported' } }
    }
    if (action !== 'GetConfiguration') return { error: 'NotImplemented' }
    const values = { ...fixed, ...settings }
    const keys = (payload.key as string[]).filter((key) => key in values)
    return { result: { configurationKey: keys.map((key) => ({ key, readonly: key in fixed, value: values[key as keyof typeof values] })) } }
  }
}

const able = {
  SupportedFeatureProfiles: 'Core,SmartCharging',
  ChargeProfileMaxStackLevel: '8',
  ChargingScheduleAllowedChargingRateUnit: 'Current,Power',
  ChargingScheduleMaxPeriods: '24',
}
const metering = { ClockAlignedDataInterval: '0', MeterValuesAlignedData: 'Voltage' }

/** A station of 2.0.1 by component and variable; `most` at a time. */
function station201(values: Record<string, Record<string, string>>, most = 100) {
  return (action: string, payload: Record<string, unknown>): Reply => {
    const attribute = (item: Named) => values[item.component.name]?.[item.variable.name]
    const unknown = ({ component: { name } }: Named) => (name in values ? 'UnknownVariable' : 'UnknownComponent')
    if (action === 'GetVariables') {
      const asked = payload.getVariableData as Named[]
      if (asked.length > most) return { error: 'OccurrenceConstraintViolation' }
      const results = asked.map((item) => {
        const attributeValue = attribute(item)
        return {
          ...item,
          attributeStatus: attributeValue === undefined ? unknown(item) : 'Accepted',
          ...(attributeValue !== undefined && { attributeValue }),
        }
      })
      return { result: { getVariableResult: results } }
    }
    if (action !== 'SetVariables') return { error: 'NotImplemented' }
    const results = (payload.setVariableData as (Named & { attributeValue: string })[]).map(({ attributeValue, ...item }) => {
      const component = values[item.component.name]
      const isKnown = component !== undefined && item.variable.name in component
      if (isKnown) component[item.variable.name] = attributeValue
      return { ...item, attributeStatus: isKnown ? 'Accepted' : unknown(item) }
    })
    return { result: { setVariableResult: results } }
  }
}
type Named = { component: { name: string }; variable: { name: string } }

const smart = { SmartChargingCtrlr: { Enabled: 'true', RateUnit: 'A,W', PeriodsPerSchedule: '6', ProfileStackLevel: '3' } }
const aligned = (values: Record<string, string>) => ({ AlignedDataCtrlr: { Enabled: 'true', Interval: '0', Measurands: '', ...values } })

const probed = (connector: TestConnector, outcome: string, times = 1) =>
  vi.waitFor(async () => expect(await connector.count('probes_total', { outcome })).toBe(times))

describe('a station of 1.6', () => {
  test('completes its registration, and is set to meter by the clock as registered, read back', async () => {
    const connector = await start()
    await connector.register('CP-1', someAttributes({ cadenceS: 300 }))
    const settings = { ...metering }
    const station = await answeringStation(connector.role.url, 'CP-1', { answer: station16(able, settings) })
    await probed(connector, 'filled')
    expect(settings).toEqual({
      ClockAlignedDataInterval: '300',
      MeterValuesAlignedData: 'Voltage,Energy.Active.Import.Register,Power.Active.Import',
    })
    expect(station.actions()).toEqual(['GetConfiguration', 'ChangeConfiguration', 'ChangeConfiguration', 'GetConfiguration'])
    await vi.waitFor(() =>
      expect(connector.attributesOf('CP-1')).toEqual(someAttributes({ cadenceS: 300, extra: { maxPeriods: '24', stackLevel: '1' } })),
    )
    expect(connector.lines).toEqual([])
  })

  test('is left as it is where nothing is expected of its clock', async () => {
    const connector = await start()
    await connector.register('CP-1', someAttributes({ cadenceS: 0 }))
    const station = await answeringStation(connector.role.url, 'CP-1', { answer: station16(able, { ...metering }) })
    await probed(connector, 'filled')
    expect(station.actions()).toEqual(['GetConfiguration'])
  })

  test('that contradicts its registration is told of by name, counted, and overrules nothing', async () => {
    const connector = await start()
    const attributes = someAttributes({ cadenceS: 900, limitUnit: 'W', extra: { maxPeriods: '24', stackLevel: '4' } })
    await connector.register('CP-1', attributes)
    const fixed = {
      SupportedFeatureProfiles: 'Core',
      ChargeProfileMaxStackLevel: '2',
      ChargingScheduleAllowedChargingRateUnit: 'Current',
      ChargingScheduleMaxPeriods: '6',
    }
    await answeringStation(connector.role.url, 'CP-1', { answer: station16({ ...fixed, ClockAlignedDataInterval: '60' }) })
    await probed(connector, 'contradicts')
    for (const attribute of ['smartCharging', 'limitUnit', 'extra.maxPeriods', 'extra.stackLevel', 'cadenceS']) {
      expect(await connector.count('contradicted_total', { attribute }), attribute).toBe(1)
      expect(
        connector.lines.some((line) => line.startsWith(`ocpp CP-1: ${attribute}: `)),
        attribute,
      ).toBe(true)
    }
    expect(connector.byDevices()).toEqual([])
    expect(connector.attributesOf('CP-1')).toEqual(attributes)
  })

  test('that knows only stack level 0 gets its standing limit carried along', async () => {
    const connector = await start()
    await connector.register('CP-1', someAttributes({ cadenceS: 0, standingLimitW: 3_680 }))
    await answeringStation(connector.role.url, 'CP-1', { answer: station16({ ...able, ChargeProfileMaxStackLevel: '0' }) })
    await vi.waitFor(() =>
      expect(connector.attributesOf('CP-1')?.extra).toEqual({ maxPeriods: '24', stackLevel: '0', replacesStanding: 'true' }),
    )
  })

  test('that takes one key at a time is asked one at a time', async () => {
    const connector = await start()
    await connector.register('CP-1', someAttributes({ cadenceS: 0 }))
    const whole = station16(able)
    const answer = (action: string, payload: Record<string, unknown>): Reply =>
      (payload.key as string[]).length > 1 ? { error: 'OccurenceConstraintViolation' } : whole(action, payload)
    await answeringStation(connector.role.url, 'CP-1', { answer })
    await probed(connector, 'filled')
    expect(connector.byDevices()).toMatchObject([{ extra: { maxPeriods: '24' } }])
  })

  test('that has no configuration to read is asked again on its next connection', async () => {
    const connector = await start()
    await connector.register('CP-1', someAttributes())
    const first = await answeringStation(connector.role.url, 'CP-1', { answer: () => ({ error: 'NotSupported' }) })
    await probed(connector, 'no-answer')
    await first.close()
    await answeringStation(connector.role.url, 'CP-1', { answer: station16(able, { ...metering }) })
    await probed(connector, 'filled')
  })
})

test('a station that does not answer in time is asked again on the same connection', async () => {
  const connector = await start()
  await connector.register('CP-1', someAttributes({ cadenceS: 0 }))
  const whole = station16(able)
  let questions = 0
  const station = await answeringStation(connector.role.url, 'CP-1', {
    answer: (action, payload) => (++questions === 1 ? 'silence' : whole(action, payload)),
  })
  await vi.waitFor(async () => expect(await connector.count('probes_total', { outcome: 'filled' })).toBe(1), { timeout: 15_000 })
  expect(await connector.count('probes_total', { outcome: 'no-answer' })).toBe(1)
  expect(station.actions()).toEqual(['GetConfiguration', 'GetConfiguration'])
})

describe('a station of 2.0.1', () => {
  const attributes = (changes: Parameters<typeof someAttributes>[0] = {}) =>
    someAttributes({ cadenceS: 900, ...changes, extra: { ocppVersion: '2.0.1', ...changes.extra } })
  const connect = (
    connector: TestConnector,
    answer: (action: string, payload: Record<string, unknown>) => Reply,
  ): Promise<AnsweringStation> => answeringStation(connector.role.url, 'CP-2', { subprotocol: 'ocpp2.0.1', answer })

  test('completes its registration, and is set to meter by the clock, while it charges too', async () => {
    const connector = await start()
    await connector.register('CP-2', attributes())
    const values = { ...smart, ...aligned({ Enabled: 'false', SendDuringIdle: 'true' }) }
    await connect(connector, station201(values))
    await probed(connector, 'filled')
    expect(values.AlignedDataCtrlr).toEqual({
      Enabled: 'true',
      Interval: '900',
      Measurands: 'Energy.Active.Import.Register,Power.Active.Import',
      SendDuringIdle: 'false',
    })
    await vi.waitFor(() =>
      expect(connector.attributesOf('CP-2')?.extra).toEqual({ ocppVersion: '2.0.1', maxPeriods: '6', stackLevel: '1' }),
    )
    expect(connector.lines).toEqual([])
  })

  test('that takes few variables at a time is asked one at a time', async () => {
    const connector = await start()
    await connector.register('CP-2', attributes({ cadenceS: 0 }))
    await connect(connector, station201({ ...smart, ...aligned({}) }, 1))
    await probed(connector, 'filled')
    expect(connector.byDevices()).toMatchObject([{ extra: { maxPeriods: '6', stackLevel: '1' } }])
  })

  test('without smart charging, with another unit, and that does not meter by the clock, is told of', async () => {
    const connector = await start()
    await connector.register('CP-2', attributes({ limitUnit: 'A', extra: { maxPeriods: '2', stackLevel: '1' } }))
    await connect(
      connector,
      station201({ SmartChargingCtrlr: { Enabled: 'false', RateUnit: 'W' }, AlignedDataCtrlr: { Interval: '60', Enabled: 'false' } }),
    )
    await probed(connector, 'contradicts')
    for (const attribute of ['smartCharging', 'limitUnit']) expect(await connector.count('contradicted_total', { attribute })).toBe(1)
  })

  test('that is registered for 1.6 is told of', async () => {
    const connector = await start()
    await connector.register('CP-2', someAttributes({ cadenceS: 0 }))
    await connect(connector, station201({ ...smart, ...aligned({}) }))
    await vi.waitFor(() =>
      expect(connector.lines).toEqual([expect.stringContaining('extra.ocppVersion: registered "", the station speaks 2.0.1')]),
    )
  })
})

describe('asking', () => {
  test('is done once for a registration, again after a boot, and again when the registration has changed', async () => {
    const connector = await start()
    await connector.register('CP-1', someAttributes({ cadenceS: 0 }))
    const connect = () => answeringStation(connector.role.url, 'CP-1', { answer: station16(able) })
    const first = await connect()
    await probed(connector, 'filled')
    await first.close()
    const second = await connect()
    await second.request('Heartbeat', {})
    await second.request('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' })
    await probed(connector, 'as-registered')
    expect(second.actions()).toEqual(['GetConfiguration'])
    await second.close()
    await connector.register('CP-1', someAttributes({ cadenceS: 0, ratedW: 22_080, extra: { maxPeriods: '24', stackLevel: '1' } }))
    await connect()
    await probed(connector, 'as-registered', 2)
    expect(connector.byDevices()).toHaveLength(1)
  })

  test('cannot loop: what was found is written once however often it is found, and again when the registration was written anew without it', async () => {
    const connector = await start()
    await connector.register('CP-1', someAttributes({ cadenceS: 0 }))
    const connect = () => answeringStation(connector.role.url, 'CP-1', { answer: station16(able) })
    let station = await connect()
    await probed(connector, 'filled')
    for (let round = 1; round <= 3; round += 1) {
      await station.request('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' })
      await probed(connector, 'as-registered', round)
    }
    expect(connector.byDevices()).toEqual([{ extra: { maxPeriods: '24', stackLevel: '1' }, refusal: null }])
    await connector.register('CP-1', someAttributes({ cadenceS: 0 }), 'imported again')
    await station.close()
    station = await connect()
    await station.request('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' })
    await vi.waitFor(() => expect(connector.attributesOf('CP-1')?.extra).toEqual({ maxPeriods: '24', stackLevel: '1' }))
    expect(connector.byDevices().map(({ refusal }) => refusal)).toEqual([null, null])
  })

  test('does not hold up a command: what waits for the station on its connection comes first', async () => {
    const connector = await start({ probeDelayMs: () => 200 })
    await connector.register('CP-1', someAttributes({ cadenceS: 0 }))
    await connector.command('CP-1', 1, 3_000)
    const station = await answeringStation(connector.role.url, 'CP-1', { answer: station16(able) })
    await probed(connector, 'filled')
    expect(station.actions()[0]).toBe('SetChargingProfile')
  })

  test('does not hold up a command: it goes before every question that waits', async () => {
    const connector = await start()
    await connector.register('CP-1', someAttributes({ cadenceS: 300 }))
    let isFirst = true
    const answer = station16(able, { ...metering })
    const station = await answeringStation(connector.role.url, 'CP-1', {
      answer(action, payload) {
        // While the first question is open a command is written; it must be the next thing that the station gets.
        if (isFirst) void connector.command('CP-1', 1, 3_000)
        const wasFirst = isFirst
        isFirst = false
        return wasFirst ? 'silence' : answer(action, payload)
      },
    })
    await vi.waitFor(() => expect(station.actions()).toContain('SetChargingProfile'), { timeout: 10_000 })
    expect(station.actions().slice(0, 2)).toEqual(['GetConfiguration', 'SetChargingProfile'])
  })
})
