/** What Drover makes of one event that a VTN shows, over HTTP and the log. */
import { afterEach, expect } from 'vitest'
import type { Revision } from '../../../../gateway/openadr3/revision.ts'
import type { ProgramTerms } from '../../../../schemas/program-terms.ts'
import type { UtilityEvent } from '../../../../schemas/utility.ts'
import { createRig, type Rig } from '../rig.ts'

const rigs: Rig[] = []
const odd: RegExp[] = []

/** In this test one side says, on purpose, what the public document of the revision does not allow. */
export const isOdd = (pattern: RegExp): void => void odd.push(pattern)

const unexpected = (complaints: readonly string[]): readonly string[] => complaints.filter((words) => !odd.some((one) => one.test(words)))

/** Rigs of a test end with it. */
export async function aRig(...args: Parameters<typeof createRig>): Promise<Rig> {
  const rig = await createRig(...args)
  rigs.push(rig)
  return rig
}

/** Rigs stop after each test; then both sides of everything that was said are held against the public document, where it is at hand. */
export const stopRigs = (): void => {
  afterEach(async () => {
    const stopped = rigs.splice(0)
    await Promise.all(stopped.map((rig) => rig.stop()))
    const complaints = stopped.flatMap(({ vtn }) => [...vtn.violations(), ...vtn.oddAnswers()])
    expect(unexpected(complaints)).toEqual([])
    odd.splice(0)
  })
}

/** undefined: nothing was made of it. `body` is given the time at which the VEN starts. */
export async function understood(
  revision: Revision,
  body: (nowMs: number) => object,
  terms: Partial<ProgramTerms> = {},
): Promise<UtilityEvent | undefined> {
  const rig = await aRig(revision, { terms })
  rig.postEvent(body(rig.clock.nowMs()))
  await rig.polled(rig.join())
  return rig.meanings()[0]
}

export const minutes = (event: UtilityEvent | undefined, fromMs: number): readonly (readonly [number, number, string])[] =>
  (event?.intervals ?? []).map(({ startMs, endMs, level }) => [(startMs - fromMs) / 60_000, (endMs - fromMs) / 60_000, level])
