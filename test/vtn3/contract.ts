/** Checks requests against the public OpenAPI documents of OpenADR 3, where they are at hand. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import { parse } from 'yaml'
import type { Revision } from '../../gateway/openadr3/revision.ts'

const formats = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  uri: /^[a-z][a-z0-9+.-]*:\S+$/,
  int32: true,
  float: true,
} as const

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
type Tree = { [key: string]: Json }

const folders: Readonly<Record<Revision, string>> = { '3.0': 'openadr-3.0.1', '3.1': 'openadr-3.1.0' }

const fileOf = (revision: Revision): string | undefined =>
  [process.env.DROVER_STANDARDS, '../shared/standards']
    .filter((folder) => folder !== undefined)
    .map((folder) => join(folder, folders[revision], 'openadr3.yaml'))
    .find((path) => existsSync(path))

/** Why checking is impossible here, or undefined where it is possible. */
export const contractMissing: string | undefined =
  fileOf('3.0') && fileOf('3.1') ? undefined : 'openadr3.yaml not found: set DROVER_STANDARDS'

/** OpenAPI 3.0 writes null and exclusive bounds otherwise than JSON Schema. */
function toJsonSchema(json: Json): Json {
  if (Array.isArray(json)) return json.map(toJsonSchema)
  if (json === null || typeof json !== 'object') return json
  const { nullable, example, discriminator, exclusiveMaximum, ...rest } = json as Tree
  const converted = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, toJsonSchema(value)]))
  if (nullable !== true) return converted
  return { anyOf: [{ type: 'null' }, converted] }
}

export interface Checked {
  readonly method: string
  /** Below the base, without parameters. */
  readonly path: string
  readonly query: URLSearchParams
  /** undefined: none was sent. */
  readonly body: unknown
}

export type Contract = (request: Checked) => readonly string[]

interface Operation {
  readonly parameters?: readonly { readonly name?: string; readonly $ref?: string }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> }
}

function matcher(template: string): RegExp {
  return new RegExp(`^/?${template.slice(1).replace(/\{[^}]+\}/g, '[^/]+')}$`)
}

/** Complaints about one request; empty for one that the document allows. */
export function createContract(revision: Revision): Contract {
  const file = fileOf(revision)
  if (file === undefined) return () => []
  const document = toJsonSchema(parse(readFileSync(file, 'utf8'))) as Tree
  const ajv = new Ajv({ strict: false, allErrors: true, formats })
  ajv.addSchema(document, 'openadr3')
  const operations = Object.entries(document.paths as Tree).map(([path, ways]) => ({ path, pattern: matcher(path), ways: ways as Tree }))
  const validators = new Map<string, ValidateFunction>()
  const validator = (path: string, method: string, type: string): ValidateFunction => {
    const pointer = `openadr3#/paths/${path.replaceAll('/', '~1')}/${method}/requestBody/content/${type.replaceAll('/', '~1')}/schema`
    const known = validators.get(pointer) ?? ajv.compile({ $ref: encodeURI(pointer) })
    validators.set(pointer, known)
    return known
  }
  return ({ method, path, query, body }) => {
    const found = operations.find(({ pattern }) => pattern.test(path))
    const operation = found?.ways[method.toLowerCase()] as unknown as Operation | undefined
    const called = `${method} ${path}`
    if (!found || !operation) return [`${called}: is no operation of ${revision}`]
    const names = new Set(operation.parameters?.map(({ name }) => name))
    const odd = [...query.keys()].filter((name) => !names.has(name)).map((name) => `${called}: has no parameter ${name}`)
    const [type] = Object.keys(operation.requestBody?.content ?? {})
    if (type === undefined) return body === undefined ? odd : [...odd, `${called}: takes no body`]
    const validate = validator(found.path, method.toLowerCase(), type)
    if (validate(body)) return odd
    return [...odd, ...(validate.errors ?? []).map(({ instancePath, message }) => `${called} ${instancePath}: ${message}`)]
  }
}
