/**
 * Kill: the dispatching process is killed with -9 in the middle of a pass over the largest fleet, and started again at once.
 *
 * Measured: from the kill to the last command of the pass being visible; then all commands of the event are read back: each device has
 * exactly one. Small fleets are walked in smaller transactions than in production, so that there is a middle; the figure says so.
 *
 * `visibleAtKill` counts offsets, transaction markers included. Not measured: the time that a supervisor takes to notice.
 */
import { readStates } from '../limits/bare-read.ts'
import { type DispatchRig, dispatchRig, isServing, largestOf, takeBack, watchFanOut } from '../support/dispatch-rig.ts'
import { figureOf, type Row } from '../support/row.ts'
import { ask, requestFor } from '../support/signals.ts'
import type { Stage } from '../support/stage.ts'

const GOAL_S = 15
const ATTEMPTS = 5
/** Production's chunk, or less where a fleet would be done in fewer than so many. */
const CHUNKS = 10
const PRODUCTION_CHUNK = 20_000

/** Resolves when some commands are visible and some are not; false = the pass was over before that was seen. */
async function midPass(visibleNow: () => number, size: number): Promise<boolean> {
  for (;;) {
    const visible = visibleNow()
    if (visible >= size) return false
    if (visible > size / 20) return true
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

interface Killed {
  readonly seconds: number
  readonly visibleAtKill: number
}

/** Undefined: the pass was over too soon. */
async function killOnce(stage: Stage, rig: DispatchRig, chunk: number): Promise<Killed | undefined> {
  const fleet = largestOf(rig)
  const watch = await watchFanOut(stage, fleet)
  const request = requestFor(fleet)
  await ask(stage, request)
  const isMid = await midPass(watch.visibleNow, fleet.size)
  const killedMs = performance.now()
  const visibleAtKill = watch.visibleNow()
  await rig.worker().kill()
  rig.start(chunk)
  const { commands } = await watch.ended()
  await takeBack(stage, fleet, request)
  return isMid && commands.atMs > killedMs ? { seconds: (commands.atMs - killedMs) / 1000, visibleAtKill } : undefined
}

export const killRow: Row = {
  name: 'kill',
  about: 'kill -9 of the dispatcher in a pass over the largest fleet → the rest durable',
  stage: 'dispatch',
  async measure(stage, options, report) {
    const rig = await dispatchRig(stage, options)
    const { size } = largestOf(rig)
    const chunk = Math.min(PRODUCTION_CHUNK, Math.ceil(size / CHUNKS))
    const limit = await readStates(stage)
    await rig.worker().stop()
    await isServing(rig.start(chunk), stage)
    let killed: Killed | undefined
    for (let i = 0; i < ATTEMPTS && !killed; i++) killed = await killOnce(stage, rig, chunk)
    if (!killed) throw new Error(`the pass over ${size} devices was over before it could be interrupted, ${ATTEMPTS} times`)
    report(
      figureOf({
        row: 'kill',
        figure: killed.seconds,
        unit: 's, kill -9 in the pass → every command visible, one per device',
        better: 'lower',
        limit,
        limitIs: 'reading the same enrolled states as bytes with a bare node-rdkafka consumer, which a new process has to do',
        goal: options.quick ? null : GOAL_S,
        more: { devices: size, enrolledInAll: rig.devices, visibleAtKill: killed.visibleAtKill, devicesPerTransaction: chunk },
      }),
    )
  },
}
