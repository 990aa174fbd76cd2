/** Reads the JSON body of a request, as a value of a schema. */
import type { RecordSchema } from '../../schemas/avro.ts'
import { fromJson } from '../../schemas/from-json.ts'
import type { RestContext } from './access.ts'
import { ProblemError } from './problem.ts'

/** 415 unless the body says that it is JSON, 400 unless it is. */
export async function readBody(context: RestContext): Promise<unknown> {
  const contentType = context.req.header('content-type') ?? 'nothing'
  if (!/^application\/json\b/i.test(contentType))
    throw new ProblemError(415, `content-type: expected application/json, found ${contentType}`)
  const text = await context.req.text()
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new ProblemError(400, `the body is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

type Fields = Readonly<Record<string, unknown>>

const isObject = (json: unknown): json is Fields => typeof json === 'object' && json !== null && !Array.isArray(json)

/** The same object with what was left out filled in, and with what its sender does not choose; anything but an object stays as it is, for the schema to refuse. */
export function withDefaults(json: unknown, defaults: Fields, fixed: Fields = {}): unknown {
  return isObject(json) ? { ...defaults, ...json, ...fixed } : json
}

/** 422 where the body names a field that is not its sender's to choose. */
export function refuseFields(json: unknown, names: readonly string[]): void {
  const faults = isObject(json)
    ? names.filter((name) => Object.hasOwn(json, name)).map((name) => `${name}: is not taken from the body`)
    : []
  if (faults.length > 0) throw new ProblemError(422, `${faults.length} fault(s) in the body`, { faults })
}

/** 422 naming every fault with its path. */
export function readValue<T>(schema: RecordSchema<T>, json: unknown): T {
  const parsed = fromJson(schema, json)
  if (!parsed.ok) throw new ProblemError(422, `${parsed.faults.length} fault(s) in the body`, { faults: parsed.faults })
  return parsed.value
}
