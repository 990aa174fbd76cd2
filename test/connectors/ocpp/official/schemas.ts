/** The JSON schemas that the Open Charge Alliance published with OCPP, as npm `ocpp-rpc` carries them and checks against them in strict mode. */
import { createRequire } from 'node:module'
import type { OcppVersion } from '../../../../connectors/ocpp/wire/dialect.ts'

/** The part of JSON Schema (draft 6) that these use. */
export interface Schema {
  readonly $id?: string
  readonly $ref?: string
  readonly definitions?: Readonly<Record<string, Schema>>
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean'
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly enum?: readonly string[]
  readonly maxLength?: number
  readonly format?: 'date-time' | 'uri'
  readonly minimum?: number
  readonly maximum?: number
  readonly multipleOf?: number
}

interface Validator {
  readonly subprotocol: string
  validate(schemaId: string, payload: unknown): boolean
}

const require = createRequire(import.meta.url)
const validators = require('ocpp-rpc/lib/standard-validators') as readonly Validator[]
const files: Readonly<Record<OcppVersion, readonly Schema[]>> = {
  '1.6': require('ocpp-rpc/lib/schemas/ocpp1_6.json'),
  '2.0.1': require('ocpp-rpc/lib/schemas/ocpp2_0_1.json'),
}

const idOf = (action: string, side: 'request' | 'response'): string => `urn:${action}.${side === 'request' ? 'req' : 'conf'}`

export function officialSchema(version: OcppVersion, action: string, side: 'request' | 'response'): Schema {
  const found = files[version].find(({ $id }) => $id === idOf(action, side))
  if (!found) throw new Error(`${version} has no ${idOf(action, side)}`)
  return found
}

/** undefined = valid; else what is wrong. */
export function officialFault(version: OcppVersion, action: string, side: 'request' | 'response', payload: unknown): string | undefined {
  const validator = validators.find(({ subprotocol }) => subprotocol === `ocpp${version}`)
  try {
    validator?.validate(idOf(action, side), payload)
    return undefined
  } catch (error) {
    return String(error)
  }
}
