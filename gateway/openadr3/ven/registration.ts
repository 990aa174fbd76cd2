/** Takes note of the VEN object by which a VTN knows us. */
import type { LogPosition } from '../../../schemas/common.ts'
import type { SessionFact } from '../../../schemas/utility.ts'
import type { Shown } from '../decode.ts'
import type { Knowledge } from './knowledge.ts'

/** One fact when the VEN appeared, changed its id, or is gone; OpenADR 3 has no registration but this object. */
export function registrationFacts(
  known: Knowledge,
  shown: Shown,
  at: { readonly vtnId: string; readonly signal: LogPosition | null; readonly atMs: number },
): readonly SessionFact[] {
  const venId = shown.vens.find(({ venName }) => venName === shown.venName)?.id
  if (venId === known.venId) return []
  const kind = venId === undefined ? 'unregistered' : 'registered'
  const registration = venId === undefined ? null : { venId, registrationId: '', pollS: 0 }
  return [{ ...at, kind, registration, answer: null, report: null }]
}
