/** What crosses the boundary of an interval is found, and nothing else. */
import { expect, it } from 'vitest'
import type { ReadingBlock } from '../../schemas/telemetry.ts'
import { createCuts } from './cuts.ts'

const START_MS = Date.UTC(2026, 5, 1, 17)
const STEP_MS = 900_000

const reading = (fromS: number, untilS: number, change: Partial<ReadingBlock> = {}): ReadingBlock => ({
  deviceId: 'CP-1',
  channel: 'import',
  source: 'ocpp',
  kind: 'register',
  register: '1',
  startMs: START_MS + fromS * 1000,
  stepMs: (untilS - fromS) * 1000,
  values: [29],
  qualities: ['measured'],
  sourceCode: '',
  rawOffset: 0,
  ...change,
})

it.each<[string, ReadingBlock[], number]>([
  ['nothing', [], 0],
  ['inside', [reading(0, 80), reading(820, 900)], 0],
  ['up to the boundary, and from it on', [reading(-60, 0), reading(900, 960)], 0],
  ['over its start', [reading(-47, 33)], 29],
  ['over its start and its end', [reading(-47, 33), reading(899, 901, { values: [2] })], 31],
  ['over its start, and withdrawn', [reading(-47, 33), reading(-47, 33, { kind: 'withdrawn', values: [-29] })], 58],
  ['over its start, and longer than a tenth', [reading(-47, 44)], 0],
  ['of another device', [reading(-47, 33, { deviceId: 'CP-2' })], 0],
  ['stated as an interval', [reading(-47, 33, { kind: 'interval' })], 0],
])('%s', (_, blocks, wh) => {
  const cuts = createCuts()
  for (const block of blocks) cuts.take(block)
  expect(cuts.mostWh('CP-1', START_MS, START_MS + STEP_MS)).toBe(wh)
})
