/** Payload types (Definition.md) are mapped as the program's terms say, or refused by name. */
import { describe, expect, it } from 'vitest'
import { HOUR_MS, iso, terms3 } from '../rig.ts'
import { isOdd, minutes, stopRigs, understood } from './understood.ts'

stopRigs()
const startMs = Date.UTC(2026, 6, 15, 20)
const event = (payloads: readonly object[], change: object = {}) => ({
  intervalPeriod: { start: iso(startMs), duration: 'PT1H' },
  intervals: [{ id: 0, payloads }],
  ...change,
})
const of = (type: string, ...values: unknown[]) => ({ type, values })
const units = (payloadType: string, unit: string) => ({
  payloadDescriptors: [{ objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType, units: unit }],
})

describe.each(['3.0', '3.1'] as const)('%s: payload', (revision) => {
  const understand = (payloads: readonly object[], change: object = {}) => understood(revision, () => event(payloads, change))

  it.each([1, 2, 3])('SIMPLE %i is that level', async (value) => {
    expect((await understand([of('SIMPLE', value)]))?.intervals).toEqual([
      { startMs, endMs: startMs + HOUR_MS, level: String(value), valueW: null },
    ])
  })

  it.each([[4], [-1], [1.5], ['2'], [true], [{ x: 1, y: 2 }]])('SIMPLE %j is refused', async (value) => {
    expect(await understand([of('SIMPLE', value)])).toMatchObject({ kind: 'refused', refusal: expect.stringContaining('SIMPLE') })
  })

  it('SIMPLE 0 alone asks for nothing', async () => {
    expect(await understand([of('SIMPLE', 0)])).toBeUndefined()
  })

  it('IMPORT_CAPACITY_LIMIT is a limit in W, of units KW unless said otherwise', async () => {
    expect((await understand([of('IMPORT_CAPACITY_LIMIT', 3.5)]))?.intervals[0]).toMatchObject({
      level: 'IMPORT_CAPACITY_LIMIT',
      valueW: 3500,
    })
  })

  it('DISPATCH_SETPOINT in W is taken as it is', async () => {
    const found = await understand([of('DISPATCH_SETPOINT', 1200)], units('DISPATCH_SETPOINT', 'W'))
    expect(found?.intervals[0]).toMatchObject({ level: 'DISPATCH_SETPOINT', valueW: 1200 })
  })

  it('a power for all devices together is for whoever can be counted: everybody and resources, but no groups', async () => {
    const group = revision === '3.0' ? [{ type: 'GROUP', values: ['north'] }] : ['north']
    const ask = (targets: readonly unknown[]) =>
      understood(revision, () => event([of('IMPORT_CAPACITY_LIMIT', 500)], { targets }), { powerLimit: 'allTogether' })
    expect(await ask([])).toMatchObject({ kind: 'event', intervals: [{ valueW: 500_000 }] })
    expect((await ask(group))?.refusal).toContain('group north is not counted')
  })

  it('DISPATCH_SETPOINT in units that are no power is refused', async () => {
    const found = await understand([of('DISPATCH_SETPOINT', 50)], units('DISPATCH_SETPOINT', 'PERCENT'))
    expect(found?.refusal).toContain('PERCENT is no power')
  })

  it('DISPATCH_SETPOINT below 0 is refused: it asks for export', async () => {
    expect((await understand([of('DISPATCH_SETPOINT', -5)]))?.refusal).toContain('export')
  })

  it('DISPATCH_SETPOINT_RELATIVE is a reduction of the whole program', async () => {
    const found = await understand([of('DISPATCH_SETPOINT_RELATIVE', -250)])
    expect(found).toMatchObject({ kind: 'event', targetW: 250_000 })
    expect(found?.intervals[0]).toMatchObject({ level: 'DISPATCH_SETPOINT_RELATIVE', valueW: null })
  })

  it('DISPATCH_SETPOINT_RELATIVE upward is refused', async () => {
    expect((await understand([of('DISPATCH_SETPOINT_RELATIVE', 10)]))?.refusal).toContain('asks for more load')
  })

  it.each([
    ['CHARGE_STATE_SETPOINT', 0.8],
    ['ALERT_GRID_EMERGENCY', 'stay calm'],
  ])('%s is the level of that name', async (type, value) => {
    expect((await understand([of(type, value)]))?.intervals[0]).toMatchObject({ level: type, valueW: null })
  })

  it('PRICE with several values splits its interval evenly', async () => {
    expect(minutes(await understand([of('PRICE', 0.1, 0.2, 0.3, 0.4)]), startMs).map(([from, to]) => [from, to])).toEqual([
      [0, 15],
      [15, 30],
      [30, 45],
      [45, 60],
    ])
  })

  it.each(['GHG', 'EXPORT_PRICE', 'ALERT_FIRE', 'CURVE', 'MY_OWN_TYPE'])(
    '%s without a meaning in the program is refused by name',
    async (type) => {
      const found = await understand([of(type, 1)])
      expect(found).toMatchObject({ kind: 'refused', refusal: expect.stringContaining(`"${type}=1" has no meaning in this program`) })
    },
  )

  it('PRICE is the level of its value where the terms have one, and the level PRICE where they have not', async () => {
    const levels = [
      { level: 'PRICE', limitPermille: 900 },
      { level: 'PRICE=0.4', limitPermille: 300 },
    ]
    const taken = async (value: number) => (await understood(revision, () => event([of('PRICE', value)]), { levels }))?.intervals[0]?.level
    expect(await taken(0.4)).toBe('PRICE=0.4')
    expect(await taken(0.1)).toBe('PRICE')
  })

  it('without values is refused', async () => {
    expect((await understand([of('PRICE')]))?.refusal).toContain('PRICE has no value')
  })

  it('SIMPLE commands where PRICE stands beside it', async () => {
    expect((await understand([of('PRICE', 0.4), of('SIMPLE', 3)]))?.intervals[0]?.level).toBe('3')
  })

  it('with a meaning is taken where the first has none', async () => {
    const found = await understood(revision, () => event([of('GHG', 7), of('PRICE', 0.4)]), {
      levels: [{ level: 'PRICE', limitPermille: 500 }],
    })
    expect(found?.intervals[0]?.level).toBe('PRICE')
  })

  it('types that change from interval to interval are refused', async () => {
    const intervals = [
      { id: 0, payloads: [of('SIMPLE', 1)] },
      { id: 1, payloads: [of('PRICE', 0.1)] },
    ]
    expect((await understand([], { intervals }))?.refusal).toContain('missing from intervals')
  })

  it('twice in one interval is refused', async () => {
    expect((await understand([of('SIMPLE', 1), of('SIMPLE', 2)]))?.refusal).toContain('stands twice')
  })

  it('lists that are empty, or no intervals at all, only ask for reports', async () => {
    expect(await understand([])).toBeUndefined()
    expect(await understand([], { intervals: [] })).toBeUndefined()
  })

  it.each([
    ['intervals[0].id', { intervals: [{ id: 'first', payloads: [] }] }],
    ['intervals[0].payloads', { intervals: [{ id: 0 }] }],
    ['priority', { priority: -1 }],
    ['intervals', { intervals: 'soon' }],
  ])('of an event whose %s is not sound: refused, naming the field', async (field, change) => {
    isOdd(/^200 to GET events \/0\/(intervals|priority)/)
    const found = await understand([of('SIMPLE', 1)], change)
    expect(found?.kind).toBe('refused')
    expect(found?.refusal?.startsWith(field)).toBe(true)
  })

  it('priority 0 is the highest, none the lowest', async () => {
    expect((await understand([of('SIMPLE', 1)], { priority: 0 }))?.rank).toBe(1)
    expect((await understand([of('SIMPLE', 1)], { priority: 7 }))?.rank).toBe(8)
    expect((await understand([of('SIMPLE', 1)], { priority: null }))?.rank).toBeGreaterThan(1000)
  })

  it('descriptors of the program hold where the event has none', async () => {
    const { aRig } = await import('./understood.ts')
    const rig = await aRig(revision, { terms: terms3() })
    rig.vtn.objects.replace('programs', rig.program.id, { programName: 'summer-shed', ...units('DISPATCH_SETPOINT', 'MW') })
    rig.postEvent(event([of('DISPATCH_SETPOINT', 2)]))
    await rig.polled(rig.join())
    expect(rig.meanings()[0]?.intervals[0]?.valueW).toBe(2_000_000)
  })
})
