/** One day of a stream: what readings put into it, and what its windows come to. */
import type { Quality } from '../../schemas/common.ts'
import { quality } from '../../schemas/common.ts'
import type { AggregatorDay, AggregatorStream, DayGrid, DaySums, WindowPart } from './state.ts'

export const DAY_MS = 86_400_000
export const QUALITIES: readonly Quality[] = quality.shape.of === 'enum' ? (quality.shape.symbols as readonly Quality[]) : []
export const MISSING = QUALITIES.indexOf('missing')

const zeros = (count: number): number[] => new Array<number>(count).fill(0)

/** An empty day; revisions count on from what may have been written about it before it was forgotten. */
export function newDay(stream: AggregatorStream, startMs: number, stepS: number, nowMs: number): AggregatorDay {
  const { deviceId, channel, source, sealedUntilMs, sealedRevision } = stream
  return {
    deviceId,
    channel,
    source,
    startMs,
    stepS,
    sums: [],
    grids: [],
    revisions: zeros(DAY_MS / 1000 / stepS),
    baseRevision: startMs < sealedUntilMs ? sealedRevision : 0,
    touchedMs: nowMs,
  }
}

/** The day with a register's part added to one window. */
export function addPart(day: AggregatorDay, index: number, part: WindowPart, nowMs: number): AggregatorDay {
  const at = day.sums.findIndex(({ register }) => register === part.register)
  const sums = day.sums[at] ?? emptySums(part.register, day.revisions.length)
  const plus = (values: readonly number[], amount: number) => (amount === 0 ? values : values.with(index, (values[index] ?? 0) + amount))
  const added: DaySums = {
    register: sums.register,
    wh: plus(sums.wh, part.wh),
    coveredMs: plus(sums.coveredMs, part.coveredMs),
    estimatedMs: plus(sums.estimatedMs, part.estimatedMs),
    modelledMs: plus(sums.modelledMs, part.modelledMs),
    editedMs: plus(sums.editedMs, part.editedMs),
  }
  return { ...day, sums: at < 0 ? [...day.sums, added] : day.sums.with(at, added), touchedMs: nowMs }
}

function emptySums(register: string, count: number): DaySums {
  const none = zeros(count)
  return { register, wh: none, coveredMs: none, estimatedMs: none, modelledMs: none, editedMs: none }
}

/** Stated energies of consecutive slots that all lie in the day. */
export interface Slots {
  readonly register: string
  readonly slotS: number
  readonly startMs: number
  readonly wh: readonly number[]
  readonly quality: readonly number[]
}

/** The day with slots replaced by what was stated now; a missing one takes nothing away. The newest statement beats those of other slot lengths. */
export function putSlots(day: AggregatorDay, slots: Slots, nowMs: number): AggregatorDay {
  const at = day.grids.findIndex((grid) => grid.register === slots.register && grid.slotS === slots.slotS)
  const grid = day.grids[at]
  const count = DAY_MS / 1000 / slots.slotS
  const wh = grid ? [...grid.wh] : zeros(count)
  const qualities = grid ? [...grid.quality] : new Array<number>(count).fill(MISSING)
  const first = (slots.startMs - day.startMs) / (slots.slotS * 1000)
  for (let i = 0; i < slots.wh.length; i++) {
    if (slots.quality[i] === MISSING) continue
    wh[first + i] = slots.wh[i] ?? 0
    qualities[first + i] = slots.quality[i] ?? MISSING
  }
  const put: DayGrid = { register: slots.register, slotS: slots.slotS, wh, quality: qualities }
  const others = day.grids.filter((_, index) => index !== at)
  const cleared = others.map((other) => (other.register === slots.register ? withoutStated(other, put, slots, day.startMs) : other))
  return { ...day, grids: [...cleared, put], touchedMs: nowMs }
}

/** The other grid without what lies under slots that were stated now. */
function withoutStated(other: DayGrid, put: DayGrid, slots: Slots, dayMs: number): DayGrid {
  const fromS = (slots.startMs - dayMs) / 1000
  const isStated = (atS: number) => put.quality[Math.floor(atS / put.slotS)] !== MISSING
  const gone = (index: number) => {
    const startS = index * other.slotS
    const endS = startS + other.slotS
    return endS > fromS && startS < fromS + slots.wh.length * put.slotS && (isStated(startS) || isStated(endS - 1))
  }
  return { ...other, quality: other.quality.map((code, index) => (code !== MISSING && gone(index) ? MISSING : code)) }
}
