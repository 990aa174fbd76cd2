/** Finds the first place where two decoded values differ. */

/** A place as a dotted path, with both values there. */
export interface Difference {
  readonly field: string
  readonly recorded: unknown
  readonly replayed: unknown
}

const isComposite = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

/** Fields are compared in the order in which the recorded value has them; bytes as wholes. */
export function findDifference(recorded: unknown, replayed: unknown, path: readonly string[] = ['value']): Difference | null {
  if (Object.is(recorded, replayed)) return null
  const here = { field: path.join('.'), recorded, replayed }
  if (!isComposite(recorded) || !isComposite(replayed)) return here
  if (recorded instanceof Uint8Array || replayed instanceof Uint8Array)
    return recorded instanceof Uint8Array && replayed instanceof Uint8Array && Buffer.compare(recorded, replayed) === 0 ? null : here
  for (const name of new Set([...Object.keys(recorded), ...Object.keys(replayed)])) {
    const found = findDifference(recorded[name], replayed[name], [...path, name])
    if (found) return found
  }
  return null
}
