/** What quality flags of a reading say of its value (sep.xsd, ReadingBase.qualityFlags). */
import type { Quality } from '../../../schemas/common.ts'

const EDITED = 1 << 1
const ESTIMATED = (1 << 2) | (1 << 3)
const QUESTIONABLE = 1 << 4
const DERIVED = 1 << 5
const PROJECTED = 1 << 6

/** What a value is worth at least: flags name its faults, and none is none. */
export function qualityOf(flags: string | undefined): Quality {
  const bits = Number.parseInt(flags || '0', 16)
  if (bits & EDITED) return 'edited'
  if (bits & (DERIVED | PROJECTED)) return 'modelled'
  return bits & (ESTIMATED | QUESTIONABLE) ? 'estimated' : 'measured'
}
