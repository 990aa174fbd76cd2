/** What a client keeps of the controls that it was shown, and what it says of each: received, started, completed, cancelled, refused. */
import type { Control } from './documents.ts'
import type { Held } from './meter.ts'
import type { Answering } from './traits.ts'

export interface Reply {
  readonly mRID: string
  readonly replyTo: string
  readonly status: number
}

/** A control as the meter follows it, by the name that its server gave it. */
export interface HeldControl extends Held {
  readonly mRID: string
}

interface Known {
  readonly control: Control
  readonly said: Set<number>
  isRefused: boolean
  isEnded: boolean
}

export interface Memory {
  /** A list as it was read; returns what is to be said of it. */
  onList(controls: readonly Control[]): readonly Reply[]
  /** What is to be said since time has passed. */
  onTime(nowS: number): readonly Reply[]
  held(): readonly HeldControl[]
  /** When something is to be said next, seconds; undefined = nothing. */
  nextS(nowS: number): number | undefined
}

const REFUSALS: Readonly<Partial<Record<Answering, number>>> = { rejects: 253, notSupported: 252 }
const SUPERSEDED = 4

export function createMemory(answering: Answering): Memory {
  const known = new Map<string, Known>()
  const waiting = new Set<string>()

  function say(one: Known, status: number): Reply[] {
    if (one.said.has(status)) return []
    one.said.add(status)
    const { mRID, replyTo } = one.control
    return [{ mRID, replyTo, status }]
  }

  function meet(control: Control): Reply[] {
    if (answering === 'late' && !waiting.has(control.mRID)) {
      waiting.add(control.mRID)
      return []
    }
    const refusal = REFUSALS[answering]
    const one = { control, said: new Set<number>(), isRefused: refusal !== undefined, isEnded: false }
    known.set(control.mRID, one)
    return say(one, refusal ?? 1)
  }

  function onControl(control: Control): Reply[] {
    const one = known.get(control.mRID)
    if (control.status < 2) return one ? [] : meet(control)
    if (!one || one.isRefused || one.isEnded) return []
    one.isEnded = true
    return say(one, control.status === SUPERSEDED ? 7 : 6)
  }

  const live = (): Known[] => [...known.values()].filter(({ isRefused, isEnded }) => !isRefused && !isEnded)
  return {
    onList: (controls) => controls.flatMap(onControl),
    onTime: (nowS) =>
      live().flatMap((one) => [...(one.control.startS <= nowS ? say(one, 2) : []), ...(one.control.endS <= nowS ? say(one, 3) : [])]),
    held: () =>
      answering === 'ignores'
        ? []
        : live()
            .map(({ control: { mRID, startS, endS, base, createdS } }) => ({
              mRID,
              startMs: startS * 1000,
              endMs: endS * 1000,
              base,
              createdS,
            }))
            .sort((a, b) => a.createdS - b.createdS),
    nextS: (nowS) => {
      const times = live().flatMap(({ control: { startS, endS } }) => [startS, endS].filter((timeS) => timeS > nowS))
      return times.length === 0 ? undefined : Math.min(...times)
    },
  }
}
