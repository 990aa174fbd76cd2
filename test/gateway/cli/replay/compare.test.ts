/** Tries what a replay on the command line leaves out of the comparison: what came before a time, and compacted topics. */
import { describe, expect, test } from 'vitest'
import type { AnyProcessor, SubTopology } from '../../../../processors/runtime/define.ts'
import { type CompareOptions, replayAndCompare } from '../../../../processors/runtime/replay-compare.ts'
import { replaySource } from '../../../driver/replay.ts'
import { biller, toyBilling, toyTopology } from '../../../driver/toy.ts'
import { playStory } from '../../../driver/toy-story.ts'

const answers = { 'biller.price': () => 250_000 }
const driver = playStory()

/** The biller as it would be if it counted every energy twice. */
const doubling: SubTopology = {
  ...toyBilling,
  processors: toyBilling.processors.map((processor) =>
    processor === biller
      ? ({
          ...biller,
          on: {
            ...biller.on,
            windows: (...[context, record]: Parameters<typeof biller.on.windows>) =>
              biller.on.windows(context, { ...record, value: record.value && { ...record.value, energyWh: 2 * record.value.energyWh } }),
          },
        } as AnyProcessor)
      : processor,
  ),
}

const compare = (subTopology: SubTopology, options: Partial<CompareOptions> = {}) =>
  replayAndCompare(
    { subTopology, partition: 0, devicePartitions: driver.devicePartitions, codecs: driver.codecs, complete: true, ...options },
    replaySource(toyTopology, { subTopology: toyBilling, partition: 0 }, driver, answers),
  )

describe('a comparison', () => {
  test('tells of each transaction, and counts only what it compares', async () => {
    const seen: number[] = []
    const whole = await compare(toyBilling, { onTransaction: ({ effects }) => seen.push(effects.outputs.length) })
    expect(whole).toEqual({ equal: true, transactions: seen.length, outputs: seen.reduce((sum, count) => sum + count, 0) })
    const logs = await compare(toyBilling, { isCompared: (topic) => !topic.startsWith('state.') })
    expect(logs.equal).toBe(true)
    expect(logs.outputs).toBeLessThan(whole.outputs)
  })

  test('leaves out topics, and what came before a time', async () => {
    const first = await compare(doubling)
    if (first.equal) throw new Error('the doubling made no difference')
    expect(first.first.topic).toBe('state.biller.totals.v1')
    const others = await compare(doubling, { isCompared: (topic) => topic !== first.first.topic })
    expect(others.equal || others.first.topic !== first.first.topic).toBe(true)
    const later = await compare(doubling, { fromMs: first.first.nowMs + 1 })
    expect(later.equal || later.first.nowMs > first.first.nowMs).toBe(true)
    const never = await compare(doubling, { fromMs: Number.MAX_SAFE_INTEGER, complete: false })
    expect(never.equal).toBe(true)
  })

  test('asks at the end whether the log ends with the journal', async () => {
    let asked = 0
    const complete = async (): Promise<boolean> => {
      asked++
      return true
    }
    expect((await compare(toyBilling, { complete })).equal).toBe(true)
    expect(asked).toBe(1)
  })
})
