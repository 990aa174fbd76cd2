/**
 * Restart: the dispatching process is stopped, a signal comes while it is away, and it is started again.
 *
 * Measured: from the start of the new process (Node, loading of the code, joining of the groups) to the last command of that signal being
 * visible, for the smallest fleet, with all fleets enrolled and in the ledger. Bytes per device: resident memory after the restart and a
 * garbage collection, less that of the same process before it read anything, over the devices enrolled; the heap's share likewise.
 *
 * Not measured: other roles, which in production may share the process.
 */
import { readStates } from '../limits/bare-read.ts'
import { dispatchRig, isServing, smallestOf, takeBack, watchFanOut } from '../support/dispatch-rig.ts'
import { figureOf, type Row, rounded } from '../support/row.ts'
import { ask, requestFor } from '../support/signals.ts'

const GOAL_S = 15
const GOAL_DEVICES = 1_000_000

export const restartRow: Row = {
  name: 'restart',
  about: 'seconds from the start of the process to serving, and bytes per device, with all fleets enrolled',
  stage: 'dispatch',
  async measure(stage, options, report) {
    const rig = await dispatchRig(stage, options)
    const limit = await readStates(stage)
    await rig.worker().stop()
    const fleet = smallestOf(rig)
    const watch = await watchFanOut(stage, fleet)
    const request = requestFor(fleet)
    await ask(stage, request)
    const startMs = performance.now()
    const worker = rig.start()
    await isServing(worker, stage)
    const restoredS = (performance.now() - startMs) / 1000
    const { commands } = await watch.ended()
    const [before, after] = [await worker.memoryAtStart, await worker.memory()]
    await takeBack(stage, fleet, request)
    report(
      figureOf({
        row: 'restart',
        figure: (commands.atMs - startMs) / 1000,
        unit: 's, start of the process → commands of a waiting signal visible',
        better: 'lower',
        limit,
        limitIs: 'reading the same enrolled states as bytes with a bare node-rdkafka consumer',
        goal: rig.devices >= GOAL_DEVICES ? GOAL_S : null,
        more: {
          devices: rig.devices,
          restoredS: rounded(restoredS),
          recordsRestored: worker.restored('dispatch').records,
          bytesPerDevice: Math.round((after.rssBytes - before.rssBytes) / rig.devices),
          heapBytesPerDevice: Math.round((after.heapBytes - before.heapBytes) / rig.devices),
          rssBytes: after.rssBytes,
          rssBytesAtStart: before.rssBytes,
        },
      }),
    )
  },
}
