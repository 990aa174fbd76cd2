/** Which gap of a device is asked for next, and when. */
import { describe, expect, test } from 'vitest'
import { emptyGapFile, type GapFile, nextQuestion, takeAnswer, takeConnection, takeGap } from '../../../connectors/delivery/gap-file.ts'
import type { TelemetryGap } from '../../../schemas/telemetry.ts'
import { HOUR_MS, NOW_MS } from './build.ts'

const aGap = (changes: Partial<TelemetryGap> = {}): TelemetryGap => ({
  gapId: 'g',
  deviceId: 'D',
  channel: 'import',
  fromMs: NOW_MS - 2 * HOUR_MS,
  untilMs: NOW_MS - HOUR_MS,
  status: 'requested',
  energyWh: null,
  carried: false,
  revision: 2,
  detectedMs: NOW_MS - HOUR_MS,
  endedMs: NOW_MS - HOUR_MS,
  ...changes,
})
const fileOf = (...gaps: readonly TelemetryGap[]): GapFile => gaps.reduce(takeGap, emptyGapFile)
const at = { nowMs: NOW_MS, spread: 0.5 }

function answer(file: GapFile, asked: Parameters<typeof takeAnswer>[2], nowMs = NOW_MS): GapFile {
  const question = nextQuestion(file, nowMs)
  if (question.do !== 'ask') throw new Error(`nothing is due: ${question.do}`)
  return takeAnswer(file, question, asked, { ...at, nowMs })
}

describe('a gap', () => {
  test('is asked for from the time that it is requested until it ends', () => {
    expect(nextQuestion(fileOf(aGap({ status: 'open', revision: 1 })), NOW_MS).do).toBe('nothing')
    expect(nextQuestion(fileOf(aGap()), NOW_MS)).toMatchObject({ do: 'ask', missing: { fromMs: NOW_MS - 2 * HOUR_MS } })
    expect(fileOf(aGap(), aGap({ status: 'recovered', revision: 3 }))).toEqual(emptyGapFile)
    expect(fileOf(aGap(), aGap({ status: 'lost', revision: 3 }))).toEqual(emptyGapFile)
  })

  test('reaches to now while readings have not ended it', () => {
    expect(nextQuestion(fileOf(aGap({ endedMs: null })), NOW_MS)).toMatchObject({ missing: { untilMs: NOW_MS } })
    expect(nextQuestion(fileOf(aGap()), NOW_MS)).toMatchObject({ missing: { untilMs: NOW_MS - HOUR_MS } })
  })

  test('whose values are on the way is asked for again after an hour', () => {
    const file = answer(fileOf(aGap()), 'coming')
    expect(nextQuestion(file, NOW_MS)).toEqual({ do: 'wait', untilMs: NOW_MS + HOUR_MS })
    expect(nextQuestion(file, NOW_MS + HOUR_MS).do).toBe('ask')
  })

  test('is asked for again at once when it turns out longer than what is on the way, and only then', () => {
    const file = answer(fileOf(aGap()), 'coming')
    expect(nextQuestion(takeGap(file, aGap({ revision: 3 })), NOW_MS).do).toBe('wait')
    expect(nextQuestion(takeGap(file, aGap({ revision: 3, untilMs: NOW_MS })), NOW_MS)).toMatchObject({
      do: 'ask',
      missing: { untilMs: NOW_MS },
    })
    const upToNow = answer(fileOf(aGap({ endedMs: null })), 'coming')
    expect(nextQuestion(takeGap(upToNow, aGap({ revision: 3, untilMs: NOW_MS - 1 })), NOW_MS).do).toBe('wait')
  })

  test('that the device has no values for is never asked for again', () => {
    const file = answer(fileOf(aGap()), 'impossible')
    expect(nextQuestion(file, NOW_MS + 100 * HOUR_MS)).toEqual({ do: 'nothing' })
    expect(nextQuestion(takeConnection(file), NOW_MS)).toEqual({ do: 'nothing' })
    expect(nextQuestion(takeGap(file, aGap({ revision: 3, untilMs: NOW_MS })), NOW_MS)).toEqual({ do: 'nothing' })
  })

  test('that was told of before changes nothing', () => {
    const file = fileOf(aGap({ revision: 3 }))
    expect(takeGap(file, aGap({ revision: 2, untilMs: NOW_MS }))).toBe(file)
  })
})

describe('a device', () => {
  test('that cannot answer now is asked ever later', () => {
    const once = answer(fileOf(aGap()), 'later')
    expect(nextQuestion(once, NOW_MS)).toEqual({ do: 'wait', untilMs: NOW_MS + 5_000 })
    const twice = answer(once, 'later', NOW_MS + 5_000)
    expect(nextQuestion(twice, NOW_MS + 5_000)).toEqual({ do: 'wait', untilMs: NOW_MS + 15_000 })
  })

  test('that has come back is asked at once, also for what was on the way', () => {
    const file = answer(answer(fileOf(aGap(), aGap({ gapId: 'h', fromMs: 1 })), 'coming'), 'later')
    expect(nextQuestion(takeConnection(file), NOW_MS).do).toBe('ask')
    expect(takeConnection(file).gaps.map(({ askMs }) => askMs)).toEqual([0, 0])
  })

  test('is asked for its other gaps while values of one are on the way', () => {
    const file = answer(fileOf(aGap(), aGap({ gapId: 'h', fromMs: NOW_MS - 9 * HOUR_MS })), 'coming')
    expect(nextQuestion(file, NOW_MS)).toMatchObject({ do: 'ask', gapId: 'g' })
  })
})
