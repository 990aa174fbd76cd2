/** The body of an imported block: interval energies of one channel as JSON, written by importers and read by the normalizer. */
import { z } from 'zod'
import type { Quality } from '../../schemas/common.ts'
import { MAX_BLOCK_VALUES, type RawTelemetry } from '../../schemas/telemetry.ts'
import { sha256Hex } from '../../topics/ids.ts'
import type { Decoded, Fault } from './decoded.ts'

export const IMPORT_CONTENT_TYPE = 'application/vnd.drover.interval-block+json'
/** Lengths of an interval, seconds. */
export const IMPORT_STEPS_S = [60, 300, 900, 1800, 3600] as const

/** Values in whole Wh; null = missing. `qualities` null = all measured. */
export interface ImportBlock {
  readonly channel: 'import' | 'export' | 'net' | 'generation'
  /** Start of the first interval, epoch ms UTC. */
  readonly startMs: number
  readonly stepS: number
  readonly values: readonly (number | null)[]
  readonly qualities: readonly Quality[] | null
  /** Quality code of the source, verbatim. */
  readonly code: string
}

const LETTERS: Readonly<Record<Quality, string>> = { measured: 'm', estimated: 'e', modelled: 'd', edited: 'c', missing: '-' }
const QUALITIES = new Map(Object.entries(LETTERS).map(([quality, letter]) => [letter, quality as Quality]))
const BOUND_WH = 1_000_000_000

const isList = (value: unknown): boolean => Array.isArray(value) && value.length >= 1 && value.length <= MAX_BLOCK_VALUES
const isValue = (value: unknown): boolean => value === null || (Number.isInteger(value) && Math.abs(value as number) <= BOUND_WH)

const body = z
  .strictObject({
    channel: z.enum(['import', 'export', 'net', 'generation']),
    startMs: z.int().min(0),
    stepS: z.literal(IMPORT_STEPS_S),
    // A schema for each of millions of values would cost more than all else that is done with them.
    values: z.custom<readonly (number | null)[]>(isList, `must be a list of 1 to ${MAX_BLOCK_VALUES} values`),
    qualities: z
      .string()
      .regex(/^[medc-]*$/, 'one letter of m, e, d, c, - for each value')
      .optional(),
    code: z.string().max(64).optional(),
  })
  .superRefine((block, { addIssue }) => {
    const fault = (path: (string | number)[], message: string) => addIssue({ code: 'custom', path, message })
    // Zones stand a multiple of 15 minutes from UTC, so no local grid starts in between.
    const lineMs = Math.min(block.stepS, 900) * 1000
    if (block.startMs % lineMs !== 0) fault(['startMs'], `must be a multiple of ${lineMs} ms`)
    if (block.qualities !== undefined && block.qualities.length !== block.values.length)
      fault(['qualities'], `has ${block.qualities.length} letters for ${block.values.length} values`)
    const unusable = block.values.findIndex((value) => !isValue(value))
    if (unusable >= 0) fault(['values', unusable], `must be null or a whole number from -${BOUND_WH} to ${BOUND_WH}`)
    if (block.channel === 'net') return
    const negative = block.values.findIndex((value) => value !== null && value < 0)
    if (negative >= 0) fault(['values', negative], `must not be negative on channel ${block.channel}`)
  })

/** The bytes of a block. */
export function encodeImportBlock(block: ImportBlock): Buffer {
  const { channel, startMs, stepS, values, qualities, code } = block
  const letters = qualities?.map((quality) => LETTERS[quality]).join('')
  return Buffer.from(
    JSON.stringify({ channel, startMs, stepS, values, ...(letters ? { qualities: letters } : {}), ...(code ? { code } : {}) }),
  )
}

/** The raw record that carries a block; `source` names the file and its lines. */
export function importRecord(
  block: ImportBlock,
  origin: { readonly deviceId: string; readonly source: string; readonly receivedMs: number },
): RawTelemetry {
  const bytes = encodeImportBlock(block)
  return {
    ...origin,
    protocol: 'none',
    kind: 'interval-block',
    epoch: -1,
    contentType: IMPORT_CONTENT_TYPE,
    body: bytes,
    sha256: sha256Hex(bytes),
  }
}

/** Reads a body; all faults at once, each with the path of its field. */
export function decodeImportBlock(raw: RawTelemetry): Decoded {
  let json: unknown
  try {
    json = JSON.parse(raw.body.toString('utf8'))
  } catch (error) {
    return refuse([{ reason: 'unreadableBody', path: '', detail: `the body is no JSON: ${String(error)}` }])
  }
  const parsed = body.safeParse(json)
  if (!parsed.success)
    return refuse(parsed.error.issues.map((issue) => ({ reason: 'invalidValue', path: issue.path.join('.'), detail: issue.message })))
  const { channel, startMs, stepS, values, qualities = '', code = '' } = parsed.data
  const energies = { values: values.map((value) => value ?? 0), qualities: qualitiesOf(values, qualities) }
  const reading = { kind: 'block', channel, register: '', code, path: '', startMs, stepMs: stepS * 1000, ...energies } as const
  return { readings: [reading], faults: [] }
}

function qualitiesOf(values: readonly (number | null)[], letters: string): Quality[] {
  if (letters === '' && !values.includes(null)) return new Array<Quality>(values.length).fill('measured')
  return values.map((value, index) => (value === null ? 'missing' : (QUALITIES.get(letters[index] ?? 'm') ?? 'measured')))
}

function refuse(faults: readonly Fault[]): Decoded {
  return { readings: [], faults }
}
