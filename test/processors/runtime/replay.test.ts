/** A replay by the journal comes to the same bytes, and names the first difference where the code has changed. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnyProcessor, Topology } from '../../../processors/runtime/define.ts'
import { PoisonError } from '../../../processors/runtime/faults.ts'
import { ReplayError } from '../../../processors/runtime/replay.ts'
import { replayAll } from '../../driver/replay.ts'
import { biller, readings, toyBilling, toyMetering, toyTopology, windower, windows } from '../../driver/toy.ts'
import { playStory } from '../../driver/toy-story.ts'

const answers = { 'biller.price': () => 250_000 }
const seed = fc.integer({ min: 0, max: 1 << 30 })

/** The toy topology with handlers of one processor changed. */
function alter(processor: AnyProcessor, change: Readonly<Record<string, unknown>>): Topology {
  const altered = { ...processor, ...change } as AnyProcessor
  const subTopologies = [toyMetering, toyBilling].map((subTopology) => ({
    ...subTopology,
    processors: subTopology.processors.map((known) => (known === processor ? altered : known)),
  }))
  return { ...toyTopology, subTopologies }
}

describe('replay', () => {
  it('comes to the same bytes, whatever crashed and in whatever order records came', async () => {
    await fc.assert(
      fc.asyncProperty(
        seed,
        seed,
        fc.integer({ min: 1, max: 9 }),
        async (crashAnywhere, shuffleUnrelatedKeys, maxRecordsPerTransaction) => {
          const driver = playStory({ crashAnywhere, shuffleUnrelatedKeys, maxRecordsPerTransaction, deliverTwice: true })
          const verdicts = [...(await replayAll(toyTopology, driver, answers)).values()]
          expect(verdicts.filter(({ equal }) => !equal)).toEqual([])
          expect(verdicts.reduce((sum, { outputs }) => sum + outputs, 0)).toBeGreaterThan(100)
        },
      ),
      { numRuns: 25 },
    )
  })

  it('puts aside again what was rejected and skipped', async () => {
    const driver = playStory()
    driver.sendBytes(readings, Buffer.from('junk'), { key: 'device-0' })
    driver.sendBytes(readings, Buffer.from([0, 0, 0, 3, 231, 1]), { key: 'device-0' })
    driver.sendBytes(windows, Buffer.from('poison'), { key: 'device-0' })
    try {
      driver.run()
      expect.unreachable('the poison did not stop the task')
    } catch (error) {
      if (!(error instanceof PoisonError)) throw error
      driver.skip(error.coordinates)
    }
    driver.run()
    const verdicts = [...(await replayAll(toyTopology, driver, answers)).values()]
    expect(verdicts.filter(({ equal }) => !equal)).toEqual([])
  })

  it('names the first output that today’s code makes otherwise', async () => {
    const doubling = alter(biller, {
      on: {
        ...biller.on,
        windows: (...[context, record]: Parameters<typeof biller.on.windows>) => {
          biller.on.windows(context, { ...record, value: record.value && { ...record.value, energyWh: 2 * record.value.energyWh } })
        },
      },
    })
    const verdicts = await replayAll(doubling, playStory(), answers)
    expect(verdicts.get('metering-0')?.equal).toBe(true)
    expect(verdicts.get('billing-0')).toMatchObject({
      equal: false,
      first: { topic: 'state.biller.totals.v1', partition: 0, field: 'value.energyWh', recorded: 21, replayed: 42 },
    })
  })

  it('names the first output that today’s code does not make', async () => {
    const verdicts = await replayAll(alter(windower, { onTick: undefined }), playStory(), answers)
    expect(verdicts.get('metering-0')).toMatchObject({
      equal: false,
      first: { topic: 'toy.windows.v1', field: 'record', recorded: { energyWh: 10 }, replayed: undefined },
    })
  })

  it('says when today’s code does not ask what was answered then', async () => {
    await expect(replayAll(alter(biller, { onTick: undefined }), playStory(), answers)).rejects.toThrow(ReplayError)
  })
})
