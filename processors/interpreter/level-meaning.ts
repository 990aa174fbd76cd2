/** Finds the level of a program that a value of a signal means: terms name a signal, and where its value matters, from which value on. */
import type { Level } from '../../schemas/program-terms.ts'

/**
 * What terms may call a level, from the most to the least particular, and what a signal calls its own:
 *
 *     2 · ELECTRICITY_PRICE/price>=0.30 · LOAD_CONTROL/x-loadControlCapacity<=0.5 · LOAD_DISPATCH/setpoint · LOAD_DISPATCH
 *     2 · ELECTRICITY_PRICE/price=0.31
 */
const shape = /^(?<name>[^/<>=]+)(?:\/(?<type>[^/<>=]+))?(?:(?<relation>>=|<=|=)(?<value>[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?))?$/i

interface Named {
  readonly level: string
  readonly limitPermille: number
  readonly name: string
  readonly type: string | undefined
  readonly relation: string | undefined
  readonly value: number
}

function parse(level: string, limitPermille: number): Named | undefined {
  const groups = shape.exec(level)?.groups
  return (
    groups && { level, limitPermille, name: groups.name ?? '', type: groups.type, relation: groups.relation, value: Number(groups.value) }
  )
}

function holds(candidate: Named, asked: Named): boolean {
  switch (candidate.relation) {
    case '>=':
      return asked.value >= candidate.value
    case '<=':
      return asked.value <= candidate.value
    case '=':
      return asked.value === candidate.value
    default:
      return true
  }
}

/** SIMPLE 0: normal operation, in every version of OpenADR. */
const NORMAL = '0'

const particularity = ({ type, relation }: Named): number => (relation === '=' ? 4 : relation ? 2 : 0) + (type ? 1 : 0)

/**
 * The level that `asked` means; null where the terms give the signal a meaning from another value on, so that this one asks for nothing;
 * undefined where they give it none. Of several equally particular ones that hold, the strictest counts.
 */
export function levelFor(asked: string, levels: readonly Level[]): string | null | undefined {
  if (levels.some(({ level }) => level === asked)) return asked
  if (asked === NORMAL) return null
  const signal = parse(asked, 0)
  if (!signal) return undefined
  const ofSignal = levels
    .flatMap(({ level, limitPermille }) => parse(level, limitPermille) ?? [])
    .filter(({ name, type }) => name === signal.name && (type === undefined || type === signal.type))
  const [best] = ofSignal
    .filter((candidate) => holds(candidate, signal))
    .sort((a, b) => particularity(b) - particularity(a) || a.limitPermille - b.limitPermille)
  if (best) return best.level
  return ofSignal.some(({ relation }) => relation === '>=' || relation === '<=') ? null : undefined
}
