/** Holds answers of REST against its own OpenAPI document. */
import { Ajv, type ValidateFunction } from 'ajv'
import { operations } from '../../../gateway/rest/app.ts'
import { openApiDocument } from '../../../gateway/rest/openapi.ts'

interface Documented {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>
}
interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Documented>> }>>>>
}

export const document = openApiDocument(operations, '0.0.0') as unknown as OpenApi

const ajv = new Ajv({ strict: false, allErrors: true })
ajv.addSchema(document, 'openapi')
const compiled = new Map<string, ValidateFunction>()

const escaped = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1')

function validatorAt(pointer: readonly string[]): ValidateFunction {
  const ref = `openapi#/${pointer.map((part) => encodeURIComponent(escaped(part))).join('/')}`
  const known = compiled.get(ref) ?? ajv.compile({ $ref: ref })
  compiled.set(ref, known)
  return known
}

const isAt = (pattern: string, path: string): boolean => new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)

/** What the document does not allow in this answer; empty = nothing, or a path that is no route. */
export function findDeviations(
  method: string,
  path: string,
  answer: { status: number; contentType: string; body: unknown },
): readonly string[] {
  const template = Object.keys(document.paths).find((pattern) => isAt(pattern, path.split('?')[0] ?? ''))
  const operation = template === undefined ? undefined : document.paths[template]?.[method.toLowerCase()]
  if (template === undefined || !operation) return answer.status === 404 ? [] : [`${method} ${path} is not documented`]
  const place = `${method} ${template} ${answer.status}`
  const documented = operation.responses[answer.status]
  if (!documented) return [`${place} is not documented`]
  const type = answer.contentType.split(';')[0] ?? ''
  if (!documented.content) return answer.contentType.includes('json') ? [`${place} has a body that is not documented`] : []
  if (!documented.content[type]) return [`${place} came as ${type}, not as ${Object.keys(documented.content).join(', ')}`]
  const validate = validatorAt(['paths', template, method.toLowerCase(), 'responses', String(answer.status), 'content', type, 'schema'])
  return validate(answer.body) ? [] : [`${place}: ${ajv.errorsText(validate.errors)}`]
}
