/** Writes the OpenAPI 3.1 document of REST from the operations that are served; schemas come from the records themselves. */
import type { Json } from '../../schemas/avro.ts'
import { createDefinitions, type Define, type JsonSchema, shapeSchema } from '../../schemas/json-schema.ts'
import type { Answered, Body, Operation } from './operation.ts'
import type { Scope } from './tokens.ts'

const schemaOf = (body: Body, define: Define): JsonSchema => (typeof body === 'function' ? body(define) : shapeSchema(body.shape, define))

/** RFC 9457, with the members that are added to it here. */
const problemSchema: JsonSchema = {
  type: 'object',
  description: 'What is wrong with a request (RFC 9457).',
  properties: {
    type: { type: 'string', const: 'about:blank' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string', description: 'Path that was called.' },
    faults: { type: 'array', items: { type: 'string' }, description: 'Every fault, each beginning with its field.' },
    errors: {
      type: 'array',
      description: 'The same, apart.',
      items: {
        type: 'object',
        properties: {
          field: { type: 'string', description: 'Path of the field, or name of the header or parameter.' },
          detail: { type: 'string' },
        },
        required: ['field', 'detail'],
        additionalProperties: false,
      },
    },
    results: { type: 'array', items: { type: 'object' }, description: 'One entry per change that was asked for.' },
  },
  required: ['type', 'title', 'status', 'detail', 'instance'],
  additionalProperties: false,
}

const PROBLEM = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }

/** Problems that follow from what an operation takes. */
function commonProblems({ scopes, body, idempotent, query }: Operation): Readonly<Record<number, Answered>> {
  const takesWords = body !== undefined || idempotent === true || query !== undefined
  return {
    ...(scopes === null ? {} : { 401: { about: 'A bearer token is needed.' }, 403: { about: 'The token does not reach this.' } }),
    ...(body
      ? { 400: { about: 'The body is not JSON.' }, 413: { about: 'The body is too long.' }, 415: { about: 'The body must be JSON.' } }
      : {}),
    ...(takesWords ? { 422: { about: 'The request is not sound, or refused; each fault names its field.' } } : {}),
    ...(body || idempotent ? { 503: { about: 'The log cannot be written now; repeat the request.' } } : {}),
    500: { about: 'Something went wrong here.' },
  }
}

function answerOf({ about, body, headers }: Answered, status: number, define: Define): Json {
  const content = status >= 400 ? PROBLEM : body && { 'application/json': { schema: schemaOf(body, define) } }
  const named = Object.entries(headers ?? {}).map(([name, words]) => [name, { description: words, schema: { type: 'string' } }])
  return { description: about, ...(content ? { content } : {}), ...(named.length > 0 ? { headers: Object.fromEntries(named) } : {}) }
}

function parametersOf({ path, query = [], idempotent }: Operation): readonly Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))
  const inQuery = query.map(({ name, about, schema }) => ({ name, in: 'query', description: about, schema }))
  return [...inPath, ...inQuery, ...(idempotent ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : [])]
}

const security = (scopes: readonly Scope[] | null): Json => (scopes === null ? [] : [{ bearer: [...scopes] }])

function operationJson(operation: Operation, define: Define): Json {
  const { operationId, about, scopes, body, example, answers } = operation
  const responses = Object.entries({ ...commonProblems(operation), ...answers }).map(([status, one]) => [
    status,
    answerOf(one, Number(status), define),
  ])
  const parameters = parametersOf(operation)
  const json = body && { schema: schemaOf(body, define), ...(example === undefined ? {} : { example }) }
  return {
    operationId,
    summary: about,
    security: security(scopes),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(json ? { requestBody: { required: true, content: { 'application/json': json } } } : {}),
    responses: Object.fromEntries(responses),
  }
}

const idempotencyKey: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'Up to 255 letters. The same key with the same body is taken once and answered the same, also after a restart, for two days; with another body it is refused.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
}

const bearer: Json = {
  type: 'http',
  scheme: 'bearer',
  description: 'Scopes: operator does everything, program reaches the programs named, deviceOwner the devices named, analyst reads.',
}

/** `version`: of the product. */
export function openApiDocument(operations: readonly Operation[], version: string): Json {
  const { define, all } = createDefinitions('#/components/schemas')
  const paths: Record<string, Record<string, Json>> = {}
  for (const operation of operations)
    paths[operation.path] = { ...paths[operation.path], [operation.method]: operationJson(operation, define) }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Drover',
      version,
      description:
        'Events, stops, program terms and enrollment for utilities without OpenADR, operators and device owners. Times are epoch ms UTC, powers W. An answer comes after the record is durable on Kafka.',
      license: { name: 'UNLICENSED', identifier: 'LicenseRef-UNLICENSED' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: { bearer },
      parameters: { IdempotencyKey: idempotencyKey },
      schemas: { ...all(), Problem: problemSchema },
    },
  }
}
