/** Causes that no header tells: a command's is its decision, a reading's the raw record that it names. */
import { expect, test } from 'vitest'
import { withToldCauses } from '../../../../gateway/cli/explain/told-causes.ts'
import * as topics from '../../../../topics/catalogue.ts'
import { command, decision, evidence, placed } from './evidence.ts'

const reading = {
  deviceId: 'd-1',
  channel: 'import',
  source: 'ocpp',
  kind: 'interval',
  register: '',
  startMs: 0,
  stepMs: 900_000,
  values: [100],
  qualities: ['measured'],
  sourceCode: '',
  rawOffset: 17,
} as const

test('of commands and readings', () => {
  const { commands, readings } = withToldCauses({
    ...evidence(),
    decisions: [decision(20, { outcome: 'outranked' }), decision(21, { outcome: 'sent', seq: 3 })],
    commands: [command(5, 3), command(6, 4), { ...command(7, 3), causation: 'dispatch.orders.v1-1-4' }],
    readings: [
      placed(topics.telemetryReadings, 8, reading),
      placed(topics.telemetryReadings, 9, { ...reading, source: 'import' as const }),
    ],
  })
  expect(commands.map(({ causation }) => causation)).toEqual(['dispatch.decisions.v1-1-21', '', 'dispatch.orders.v1-1-4'])
  expect(readings.map(({ causation }) => causation)).toEqual(['telemetry.raw.ocpp.v1-1-17', 'telemetry.raw.import.v1-1-17'])
})
