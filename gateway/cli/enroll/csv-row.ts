/** Reads one row of an enrollment file as the changes that it means, or names every fault with its column. */
import type { DeviceAttributes, EnrollmentChange } from '../../../schemas/enrollment.ts'
import { deviceAttributes } from '../../../schemas/enrollment.ts'
import { fromJson } from '../../../schemas/from-json.ts'
import { hashId } from '../../../topics/ids.ts'
import type { Row } from '../csv-lines.ts'
import { zonedMs } from '../read-time.ts'

/** Columns of an enrollment file; those with `?` may be left out or empty. */
export const COLUMNS =
  'deviceId siteId meterId? protocol vendor? model? ratedW standingLimitW? minimumW? phases? voltageV? limitUnit? cadenceS? credential? placeId? programs? effectiveFrom?'

const names = COLUMNS.split(' ').map((name) => name.replace('?', ''))
const required = COLUMNS.split(' ').filter((name) => !name.endsWith('?'))
const numbers = new Set(['ratedW', 'standingLimitW', 'minimumW', 'phases', 'voltageV', 'cadenceS'])
const defaults: Readonly<Record<string, unknown>> = {
  vendor: '',
  model: '',
  standingLimitW: null,
  minimumW: 0,
  phases: 3,
  voltageV: 230,
  limitUnit: 'W',
  cadenceS: 900,
  credential: '',
  placeId: '',
}

export type ReadRow = { readonly changes: readonly EnrollmentChange[] } | { readonly faults: readonly string[] }

/** What is wrong with the header line; empty = sound. */
export function findHeaderFaults(header: readonly string[]): readonly string[] {
  const missing = required.filter((name) => !header.includes(name)).map((name) => `${name}: column is missing`)
  const unknown = header
    .filter((name) => !names.includes(name) && !name.startsWith('extra.'))
    .map((name) => `${name}: no such column; known: ${names.join(', ')}, extra.*`)
  return [...missing, ...unknown]
}

function cell(row: Row, name: string): unknown {
  const text = row[name]?.trim() ?? ''
  if (text === '') return defaults[name]
  return numbers.has(name) && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

function readAttributes(row: Row): { attributes?: DeviceAttributes; faults: readonly string[] } {
  const extra = Object.fromEntries(
    Object.entries(row).flatMap(([name, text]) => (name.startsWith('extra.') && text !== '' ? [[name.slice(6), text]] : [])),
  )
  const fields = Object.keys(deviceAttributes.shape.fields).filter((name) => name !== 'extra')
  const json = Object.fromEntries(fields.flatMap((name) => (cell(row, name) === undefined ? [] : [[name, cell(row, name)]])))
  const parsed = fromJson(deviceAttributes, { ...json, extra })
  return parsed.ok ? { attributes: parsed.value, faults: [] } : { faults: parsed.faults }
}

function readTime(text: string | undefined, defaultMs: number): number | undefined {
  if (text === undefined || text.trim() === '') return defaultMs
  const timeMs = zonedMs(text.trim())
  return Number.isNaN(timeMs) ? undefined : timeMs
}

const nothing = {
  effectiveUntilMs: null,
  programId: null,
  eventId: null,
  attributes: null,
  siteId: null,
  meterId: null,
  resourceId: null,
  registration: null,
}

/**
 * A row registers a device and enrolls it in `programs`: names separated by `;`, each with its resource after a `:` where it has one.
 * Change ids follow from what the row says, so that importing a file again changes nothing.
 */
export function readRow(row: Row, actorId: string, defaultFromMs: number): ReadRow {
  const [deviceId, siteId] = [row.deviceId?.trim() ?? '', row.siteId?.trim() ?? '']
  const effectiveFromMs = readTime(row.effectiveFrom, defaultFromMs)
  const { attributes, faults } = readAttributes(row)
  const all = [
    ...(deviceId === '' ? ['deviceId: is empty'] : []),
    ...(siteId === '' ? ['siteId: is empty'] : []),
    ...(effectiveFromMs === undefined ? [`effectiveFrom: "${row.effectiveFrom}" is not an ISO 8601 time with a zone`] : []),
    ...faults,
  ]
  if (all.length > 0 || attributes === undefined || effectiveFromMs === undefined) return { faults: all }
  const base = { ...nothing, deviceId, effectiveFromMs, actor: 'operator' as const, actorId, reason: 'import' }
  const registered = {
    ...base,
    kind: 'registered' as const,
    changeId: hashId('import', 'registered', deviceId, siteId, row.meterId?.trim() ?? '', JSON.stringify(attributes)),
    siteId,
    meterId: row.meterId?.trim() || null,
    attributes,
  }
  const programs = (row.programs ?? '')
    .split(';')
    .map((text) => text.trim())
    .filter((text) => text !== '')
  const enrolled = programs.map((text) => {
    const [programId = '', resourceId = ''] = text.split(':')
    return {
      ...base,
      kind: 'enrolled' as const,
      changeId: hashId('import', 'enrolled', deviceId, programId, resourceId, row.effectiveFrom?.trim() ?? ''),
      programId,
      resourceId: resourceId || null,
    }
  })
  return { changes: [registered, ...enrolled] }
}
