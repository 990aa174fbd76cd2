/** Conformance, signals: each is mapped by the program's terms or refused by 460, and none is passed over (OpenADR 2.0b, table of signals). */
import { expect, it } from 'vitest'
import type { EventSignal } from '../../../../gateway/openadr2b/types/event.ts'
import { energyReal, powerReal } from '../../../../gateway/openadr2b/types/item-base.ts'
import type { ProgramTerms } from '../../../../schemas/program-terms.ts'
import { programsChanges } from '../../../../topics/catalogue.ts'
import { aProgramChange, someTerms } from '../../../build/terms.ts'
import { eventually } from '../ven/rig.ts'
import { anOadrEvent, aSignal, talk } from './talk.ts'

const conversation = talk()
const { rig, distribute, records, answered, soonMs } = conversation
const told = answered.bind(conversation)

const marketContext = 'http://utility.example/signals'
const kW = powerReal({ hertz: 60, voltage: 240, ac: true }, 'k')
const perKWh = { name: 'currencyPerKWh', itemDescription: 'currencyPerKWh', itemUnits: 'USD', siScaleCode: 'none' } as const
const levels = [
  { level: '1', limitPermille: 700 },
  { level: 'LOAD_DISPATCH/setpoint', limitPermille: 500 },
  { level: 'LOAD_DISPATCH/delta', limitPermille: 400 },
  { level: 'LOAD_CONTROL/x-loadControlCapacity<=0.5', limitPermille: 500 },
  { level: 'LOAD_CONTROL/x-loadControlCapacity<=0.1', limitPermille: 0 },
  { level: 'LOAD_CONTROL/x-loadControlLevelOffset=2', limitPermille: 300 },
  { level: 'ELECTRICITY_PRICE/price>=0.30', limitPermille: 600 },
  { level: 'ELECTRICITY_PRICE/price>=0.90', limitPermille: 100 },
  { level: 'ENERGY_PRICE/priceMultiplier>=2', limitPermille: 500 },
  { level: 'CHARGE_STATE/setpoint', limitPermille: 200 },
]

const ask = async (signals: readonly EventSignal[], change: Partial<ProgramTerms> = {}) => {
  const terms = someTerms({ marketContext, levels, ...change })
  await rig().log.writer.append(programsChanges, aProgramChange({ programId: 'signals', terms }))
  await rig().joined()
  const startMs = soonMs()
  distribute([anOadrEvent('a', startMs, { marketContext, signals })])
  await eventually(() => expect(records('a')).toHaveLength(1))
  const [record] = records('a')
  return record
}
const one = (signalName: string, signalType: string, value: number, itemBase?: EventSignal['itemBase']) =>
  aSignal({ signalName, signalType, itemBase, intervals: [{ uid: '0', durationS: 3600, value }] })

it.each([
  ['SIMPLE level', one('SIMPLE', 'level', 1), '1', null],
  ['LOAD_DISPATCH setpoint, in W whatever the scale', one('LOAD_DISPATCH', 'setpoint', 12.5, kW), 'LOAD_DISPATCH/setpoint', 12_500],
  [
    'LOAD_CONTROL x-loadControlCapacity at half',
    one('LOAD_CONTROL', 'x-loadControlCapacity', 0.5),
    'LOAD_CONTROL/x-loadControlCapacity<=0.5',
    null,
  ],
  [
    'LOAD_CONTROL x-loadControlCapacity at nothing',
    one('LOAD_CONTROL', 'x-loadControlCapacity', 0),
    'LOAD_CONTROL/x-loadControlCapacity<=0.1',
    null,
  ],
  [
    'LOAD_CONTROL x-loadControlLevelOffset',
    one('LOAD_CONTROL', 'x-loadControlLevelOffset', 2),
    'LOAD_CONTROL/x-loadControlLevelOffset=2',
    null,
  ],
  ['ELECTRICITY_PRICE price above one bound', one('ELECTRICITY_PRICE', 'price', 0.31, perKWh), 'ELECTRICITY_PRICE/price>=0.30', null],
  ['ELECTRICITY_PRICE price above two bounds', one('ELECTRICITY_PRICE', 'price', 1.2, perKWh), 'ELECTRICITY_PRICE/price>=0.90', null],
  ['ENERGY_PRICE priceMultiplier', one('ENERGY_PRICE', 'priceMultiplier', 2), 'ENERGY_PRICE/priceMultiplier>=2', null],
  ['CHARGE_STATE setpoint', one('CHARGE_STATE', 'setpoint', 20, energyReal('k')), 'CHARGE_STATE/setpoint', null],
] as const)('mapped: %s', async (_, signals, level, valueW) => {
  expect(await ask(signals)).toMatchObject({ kind: 'event', intervals: [{ level, valueW }] })
  await told('a 0 200 optIn')
})

it('mapped: a LOAD_DISPATCH setpoint for all devices together, and 460 where it is for a group, which is not counted', async () => {
  const together = { powerLimit: 'allTogether' } as const
  const signals = one('LOAD_DISPATCH', 'setpoint', 500, kW)
  expect(await ask(signals, together)).toMatchObject({ kind: 'event', intervals: [{ valueW: 500_000 }] })
  distribute([
    anOadrEvent('a', soonMs(), { marketContext, signals, responseRequired: 'never' }),
    anOadrEvent('b', soonMs(), { marketContext, signals, targets: [{ kind: 'groupID', id: 'north' }] }),
  ])
  await eventually(() => expect(records('b')).toMatchObject([{ kind: 'refused', refusal: expect.stringContaining('group north') }]))
  await told('a 0 200 optIn', 'b 0 460 optOut')
})

it('mapped: LOAD_DISPATCH delta is a reduction of the whole program', async () => {
  expect(await ask(one('LOAD_DISPATCH', 'delta', -40, kW))).toMatchObject({ kind: 'event', targetW: 40_000, intervals: [{ valueW: null }] })
})

it('mapped: a price that falls below its bound within the event leaves a gap', async () => {
  const intervals = [0.4, 0.1, 1].map((value, index) => ({ uid: String(index), durationS: 1200, value }))
  const record = await ask(aSignal({ signalName: 'ELECTRICITY_PRICE', signalType: 'price', itemBase: perKWh, intervals }))
  expect(record?.intervals.map(({ level }) => level)).toEqual(['ELECTRICITY_PRICE/price>=0.30', 'ELECTRICITY_PRICE/price>=0.90'])
  expect((record?.intervals[1]?.startMs ?? 0) - (record?.intervals[0]?.endMs ?? 0)).toBe(1_200_000)
})

it('mapped: SIMPLE counts where it stands beside another signal', async () => {
  expect(await ask([...one('ELECTRICITY_PRICE', 'price', 0.31, perKWh), ...one('SIMPLE', 'level', 1)])).toMatchObject({
    intervals: [{ level: '1' }],
  })
})

it('mapped: the other signal counts where SIMPLE stays at 0', async () => {
  expect(await ask([...one('SIMPLE', 'level', 0), ...one('ELECTRICITY_PRICE', 'price', 0.31, perKWh)])).toMatchObject({
    kind: 'event',
    intervals: [{ level: 'ELECTRICITY_PRICE/price>=0.30' }],
  })
})

it.each([
  ['LOAD_DISPATCH multiplier', one('LOAD_DISPATCH', 'multiplier', 0.5)],
  ['LOAD_DISPATCH delta that asks for more load', one('LOAD_DISPATCH', 'delta', 40, kW)],
  ['LOAD_DISPATCH delta without a unit of power', one('LOAD_DISPATCH', 'delta', -40)],
  [
    'LOAD_DISPATCH delta that changes within the event',
    aSignal({
      signalName: 'LOAD_DISPATCH',
      signalType: 'delta',
      itemBase: kW,
      intervals: [
        { uid: '0', durationS: 1800, value: -4 },
        { uid: '1', durationS: 1800, value: -5 },
      ],
    }),
  ],
  ['LOAD_CONTROL x-loadControlSetpoint', one('LOAD_CONTROL', 'x-loadControlSetpoint', 21)],
  ['LOAD_CONTROL x-loadControlPercentOffset', one('LOAD_CONTROL', 'x-loadControlPercentOffset', -10)],
  ['LOAD_CONTROL x-loadControlLevelOffset of another level', one('LOAD_CONTROL', 'x-loadControlLevelOffset', 3)],
  ['ELECTRICITY_PRICE priceRelative', one('ELECTRICITY_PRICE', 'priceRelative', 0.5, perKWh)],
  ['DEMAND_CHARGE price', one('DEMAND_CHARGE', 'price', 10)],
  ['BID_PRICE price', one('BID_PRICE', 'price', 10)],
  ['BID_LOAD setpoint', one('BID_LOAD', 'setpoint', 10, kW)],
  ['BID_ENERGY setpoint', one('BID_ENERGY', 'setpoint', 10, energyReal('k'))],
  ['CHARGE_STATE delta', one('CHARGE_STATE', 'delta', 5, energyReal('k'))],
  ['a private signal', one('x-weather', 'level', 1)],
] as const)('refused by 460: %s', async (_, signals) => {
  expect(await ask(signals)).toMatchObject({ kind: 'refused' })
  await told('a 0 460 optOut')
})

it('refused by 454: a price that never reaches its bound asks for nothing', async () => {
  expect(await ask(one('ELECTRICITY_PRICE', 'price', 0.05, perKWh))).toMatchObject({ kind: 'refused' })
  await told('a 0 454 optOut')
})

conversation.heldAgainstSchema()
