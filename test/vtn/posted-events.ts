/** Events for tests to post: one with everything, one with the least. */

import { energyReal, powerReal } from '../../gateway/openadr2b/types/item-base.ts'
import { targetKinds } from '../../gateway/openadr2b/types/target.ts'
import type { PostedEvent } from './state.ts'

export const fullEvent = (startMs: number): PostedEvent => ({
  eventID: 'event & <1>',
  marketContext: 'http://market.example/program?a=1&b=2',
  priority: 2,
  testEvent: true,
  vtnComment: '“hot” & dry',
  modificationReason: 'first',
  activePeriod: { startMs, durationS: 3600, startAfterS: 120, notificationS: 7200, rampUpS: 600, recoveryS: 1800 },
  targets: targetKinds.map((kind) => ({
    kind,
    id: kind === 'serviceArea' || kind === 'serviceLocation' ? '1 2 3 4 1 2' : kind === 'transportInterface' ? 'a->b' : `${kind}-1`,
  })),
  signals: [
    {
      signalID: 'signal-1',
      signalName: 'LOAD_DISPATCH',
      signalType: 'setpoint',
      itemBase: powerReal({ hertz: 60, voltage: 240, ac: true }, 'k'),
      currentValue: 0,
      targets: [{ kind: 'endDeviceAsset', id: 'Electric_Vehicle' }],
      intervals: [
        { uid: '0', durationS: 1800, value: 12.5 },
        { uid: '1', startMs: startMs + 1_800_000, durationS: 1800, value: -3 },
      ],
    },
    {
      signalID: 'signal-2',
      signalName: 'x-energy',
      signalType: 'delta',
      itemBase: energyReal('M'),
      targets: [],
      intervals: [{ durationS: 3600, value: 1e-7 }],
    },
    {
      signalID: 'signal-3',
      signalName: 'ENERGY_PRICE',
      signalType: 'price',
      itemBase: { name: 'currencyPerKWh', itemDescription: 'currencyPerKWh', itemUnits: 'USD', siScaleCode: 'none' },
      targets: [],
      intervals: [{ durationS: 3600, value: 0.25 }],
    },
    {
      signalID: 'signal-4',
      signalName: 'LOAD_CONTROL',
      signalType: 'x-loadControlCapacity',
      itemBase: { name: 'pulseCount', itemDescription: 'pulse count', itemUnits: 'count', pulseFactor: 2 },
      targets: [],
      intervals: [{ durationS: 3600, value: 1 }],
    },
  ],
})

export const simpleEvent = (eventID: string, startMs: number, value = 1): PostedEvent => ({
  eventID,
  marketContext: 'http://market.example/program',
  activePeriod: { startMs, durationS: 3600 },
  targets: [{ kind: 'venID', id: 'vtn-1-ven-1' }],
  signals: [
    {
      signalID: 's',
      signalName: 'SIMPLE',
      signalType: 'level',
      currentValue: 0,
      targets: [],
      intervals: [{ uid: '0', durationS: 3600, value }],
    },
  ],
})
