/** Reads a file of nominations: every row, or every fault with its line and column. */
import { findNominationFaults } from '../../../processors/settlement/nominations.ts'
import { fromJson } from '../../../schemas/from-json.ts'
import type { Program } from '../../../schemas/programs.ts'
import { type SettlementNomination, settlementNomination } from '../../../schemas/settlement.ts'
import { hashId } from '../../../topics/ids.ts'
import { type Line, type Row, readCsv } from '../csv-lines.ts'
import { readTime } from '../read-time.ts'

export const NOMINATION_COLUMNS = 'programId unitId from until nominatedW reason?'

const names = NOMINATION_COLUMNS.split(' ').map((name) => name.replace('?', ''))
const required = NOMINATION_COLUMNS.split(' ').filter((name) => !name.endsWith('?'))

function findHeaderFaults(header: readonly string[]): readonly string[] {
  const missing = required.filter((name) => !header.includes(name)).map((name) => `${name}: column is missing`)
  const unknown = header.filter((name) => !names.includes(name)).map((name) => `${name}: no such column; known: ${names.join(', ')}`)
  return [...missing, ...unknown]
}

export interface NominationFacts {
  readonly programOf: (programId: string) => Program | undefined
  readonly actorId: string
  readonly nowMs: number
}

interface Read {
  readonly nomination?: SettlementNomination
  readonly faults: readonly string[]
}

/** Fields of the record by the names of their columns. */
const inColumns = (fault: string): string => fault.replace(/\b(from|until)Ms\b/g, '$1')

function readRow(row: Row, source: string, { programOf, actorId, nowMs }: NominationFacts): Read {
  const faults: string[] = []
  const time = (name: 'from' | 'until'): number => {
    try {
      return readTime(name, row[name]?.trim() ?? '', 0)
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error))
      return 0
    }
  }
  const { programId = '', unitId = '', nominatedW = '', reason = '' } = row
  const json = {
    nominationId: hashId('programs nominate', JSON.stringify(row)),
    programId: programId.trim(),
    unitId: unitId.trim(),
    fromMs: time('from'),
    untilMs: time('until'),
    nominatedW: /^-?\d+$/.test(nominatedW.trim()) ? Number(nominatedW) : nominatedW,
    recordedBy: actorId,
    reason,
    source,
  }
  const parsed = fromJson(settlementNomination, json)
  if (!parsed.ok) return { faults: [...faults, ...parsed.faults] }
  if (faults.length > 0) return { faults }
  return { nomination: parsed.value, faults: findNominationFaults(parsed.value, programOf(parsed.value.programId), nowMs) }
}

const placeOf = (file: string, { number }: Line): string => `${file}:${number}`

/** Throws with every fault of the file at once, each with file, line and column. */
export async function readNominationFile(file: string, facts: NominationFacts): Promise<readonly SettlementNomination[]> {
  const nominations: SettlementNomination[] = []
  const faults: string[] = []
  for await (const line of readCsv(file, findHeaderFaults)) {
    const place = placeOf(file, line)
    const read = line.fault === undefined ? readRow(line.row, place, facts) : { faults: [line.fault] }
    faults.push(...read.faults.map((fault) => `${place}: ${inColumns(fault)}`))
    if (read.nomination) nominations.push(read.nomination)
  }
  if (faults.length > 0)
    throw new Error(`${faults.length} fault(s); nothing was recorded:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
  return nominations
}
