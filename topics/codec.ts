/** Encodes and decodes values in the Confluent wire format: a zero byte, the schema id, the Avro body. */
import avsc from 'avsc'
import type { RecordSchema } from '../schemas/avro.ts'
import { avroJson } from '../schemas/avro-json.ts'
import { createAlikeEncoder, type Encode } from './alike.ts'
import { boundedLists } from './lists.ts'

export const HEADER_BYTES = 5

/** The bytes are not in the Confluent wire format, or do not fit the schema they name. */
export class NotAvroError extends Error {}

/** The bytes name a schema that has not been learned yet; `learn` it and decode again. */
export class UnlearnedSchemaError extends Error {
  readonly schemaId: number
  constructor(schemaId: number) {
    super(`schema id ${schemaId} has not been learned`)
    this.schemaId = schemaId
  }
}

/** Translates between values of T and bytes. */
export interface Codec<T> {
  /** Throws an Error naming the field when the value does not fit. The returned buffer is the caller's. */
  encode(value: T): Buffer
  /** Throws NotAvroError, or UnlearnedSchemaError when `learn` was not called with the writer's schema. */
  decode(data: Buffer): T
  /** Takes note of what schema id stands for; throws when values written with it cannot be read as T. */
  learn(schemaId: number, writerJson: unknown): void
}

const scratch = Buffer.allocUnsafeSlow(1 << 20)

function describeMisfit(type: avsc.Type, value: unknown): string {
  const faults: string[] = []
  type.isValid(value, {
    errorHook: (path, found, expected) => faults.push(`${path.join('.')}: ${String(found)} is not ${expected}`),
  })
  return faults.join('; ')
}

/** Makes the codec of a schema; values are written with `schemaId`, which is learned from the start. */
export function createCodec<T>(schema: RecordSchema<T>, schemaId: number): Codec<T> {
  const typeOf = (json: unknown): avsc.Type => avsc.Type.forSchema(json as avsc.Schema, { typeHook: boundedLists })
  const type = typeOf(avroJson(schema))
  const write: Encode = schema.alikeFrom
    ? createAlikeEncoder(type as avsc.types.RecordType, schema.alikeFrom)
    : (value, buffer, position) => type.encode(value, buffer, position)
  const readers = new Map<number, (body: Buffer) => T>([[schemaId, (body) => type.fromBuffer(body) as T]])

  function encode(value: T): Buffer {
    let end: number
    try {
      end = write(value, scratch, HEADER_BYTES)
    } catch (error) {
      throw new Error(`${schema.shape.name}: ${describeMisfit(type, value) || String(error)}`)
    }
    const data = end > 0 ? Buffer.allocUnsafe(end) : Buffer.concat([Buffer.alloc(HEADER_BYTES), type.toBuffer(value)])
    if (end > 0) scratch.copy(data, 0, 0, end)
    data[0] = 0
    data.writeInt32BE(schemaId, 1)
    return data
  }

  function decode(data: Buffer): T {
    if (data.length < HEADER_BYTES || data[0] !== 0) throw new NotAvroError('the record does not start with a zero byte and a schema id')
    const writerId = data.readInt32BE(1)
    const read = readers.get(writerId)
    if (!read) throw new UnlearnedSchemaError(writerId)
    try {
      return read(data.subarray(HEADER_BYTES))
    } catch (error) {
      throw new NotAvroError(`${schema.shape.name}: ${String(error)}`)
    }
  }

  function learn(id: number, writerJson: unknown): void {
    const resolver = type.createResolver(typeOf(writerJson))
    readers.set(id, (body) => type.fromBuffer(body, resolver) as T)
  }

  return { encode, decode, learn }
}
