/** Checks requests against the public OpenAPI documents of OpenADR 3, where they are at hand. */
import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import { parse } from 'yaml'
import type { Revision } from '../../gateway/openadr3/revision.ts'
import { standardFile } from '../support/standards.ts'

const formats = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  uri: /^[a-z][a-z0-9+.-]*:\S+$/,
  int32: true,
  float: true,
} as const

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
type Tree = { [key: string]: Json }

const folders: Readonly<Record<Revision, string>> = { '3.0': 'openadr-3.0.1', '3.1': 'openadr-3.1.0' }

/** Where the public document of a revision is; undefined = not here. */
export const fileOf = (revision: Revision): string | undefined => standardFile(`${folders[revision]}/openadr3.yaml`)

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

export interface CheckedRequest {
  readonly method: string
  /** Below the base, without parameters. */
  readonly path: string
  readonly query: URLSearchParams
  /** undefined: none was sent. */
  readonly body: unknown
}

export interface CheckedAnswer {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly contentType: string
  readonly body: unknown
}

/** Complaints; empty for what the document allows. */
export interface Contract {
  request(request: CheckedRequest): readonly string[]
  answer(answer: CheckedAnswer): readonly string[]
}

interface Reference {
  readonly $ref?: string
}

interface Content {
  readonly content?: Readonly<Record<string, unknown>>
}

interface Operation {
  readonly parameters?: readonly ({ readonly name?: string } & Reference)[]
  readonly requestBody?: Content
  readonly responses?: Readonly<Record<string, Content & Reference>>
}

function matcher(template: string): RegExp {
  return new RegExp(`^/?${template.slice(1).replace(/\{[^}]+\}/g, '[^/]+')}$`)
}

const escaped = (steps: readonly string[]): string => steps.map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')

/** Checks values against the schemas of the document, by their place in it. */
function createSchemas(document: Tree): (place: readonly string[], value: unknown) => readonly string[] {
  const ajv = new Ajv({ strict: false, allErrors: true, formats })
  ajv.addSchema(document, 'openadr3')
  const validators = new Map<string, ValidateFunction>()
  return (place, value) => {
    const pointer = `openadr3#/${escaped(place)}`
    const validate = validators.get(pointer) ?? ajv.compile({ $ref: encodeURI(pointer) })
    validators.set(pointer, validate)
    return validate(value) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`)
  }
}

/**
 * 3.1.0 wants two things at once of the objectType of a VEN or a resource that is given back: to be VEN or RESOURCE (objectMetadata), and to be
 * BL_VEN_REQUEST or BL_RESOURCE_REQUEST. No answer could be both.
 */
const isContradiction = (words: string, path: string): boolean =>
  /^(vens|resources)/.test(path) && /objectType: must be equal to one of the allowed values/.test(words)

const nothing: Contract = { request: () => [], answer: () => [] }

/** Where a response stands: in the operation, or once for all of them. */
function responsePlace(operation: Operation, at: readonly string[], status: number): readonly string[] | undefined {
  const key = [String(status), 'default'].find((name) => operation.responses?.[name])
  const reference = key === undefined ? undefined : operation.responses?.[key]?.$ref
  if (reference !== undefined) return reference.slice(2).split('/')
  return key === undefined ? undefined : [...at, 'responses', key]
}

const at = (document: Tree, place: readonly string[]): Content =>
  place.reduce<Json>((tree, step) => (tree as Tree)[step] ?? {}, document) as unknown as Content

const made = new Map<Revision, Contract>()

/** Reading a document takes longer than most tests, so each is read once. */
export function contractOf(revision: Revision): Contract {
  const file = fileOf(revision)
  const contract = made.get(revision) ?? (file === undefined ? nothing : readContract(revision, file))
  made.set(revision, contract)
  return contract
}

function readContract(revision: Revision, file: string): Contract {
  const document = toJsonSchema(parse(readFileSync(file, 'utf8'))) as Tree
  const complaints = createSchemas(document)
  const operations = Object.entries(document.paths as Tree).map(([path, ways]) => ({ path, pattern: matcher(path), ways: ways as Tree }))
  const find = (method: string, path: string) => {
    const found = operations.find(({ pattern }) => pattern.test(path))
    const way = method.toLowerCase()
    const operation = found?.ways[way] as unknown as Operation | undefined
    return found && operation ? { operation, place: ['paths', found.path, way] } : undefined
  }
  return {
    request({ method, path, query, body }) {
      const called = `${method} ${path}`
      const found = find(method, path)
      if (!found) return [`${called}: is no operation of ${revision}`]
      const { operation, place } = found
      const names = new Set(operation.parameters?.map(({ name }) => name))
      const odd = [...query.keys()].filter((name) => !names.has(name)).map((name) => `${called}: has no parameter ${name}`)
      const [type] = Object.keys(operation.requestBody?.content ?? {})
      if (type === undefined) return body === undefined ? odd : [...odd, `${called}: takes no body`]
      return [...odd, ...complaints([...place, 'requestBody', 'content', type, 'schema'], body).map((words) => `${called} ${words}`)]
    },
    answer({ method, path, status, contentType, body }) {
      const called = `${status} to ${method} ${path}`
      const found = find(method, path)
      const place = found && responsePlace(found.operation, found.place, status)
      if (!place) return [`${called}: is no answer of ${revision}`]
      const types = Object.keys(at(document, place).content ?? {})
      const type = contentType.split(';')[0] ?? ''
      if (types.length === 0) return []
      if (!types.includes(type)) return [`${called}: is ${type}, not ${types.join(', ')}`]
      const wrong = complaints([...place, 'content', type, 'schema'], body)
      return wrong.filter((words) => !isContradiction(words, path)).map((words) => `${called} ${words}`)
    },
  }
}
