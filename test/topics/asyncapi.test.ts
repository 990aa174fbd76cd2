/** The AsyncAPI document: sound, whole, and with the schemas that are on the log. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import avsc from 'avsc'
import { describe, expect, it, test } from 'vitest'
import { readReleased } from '../../schemas/release.ts'
import { asyncApiDocument } from '../../topics/asyncapi.ts'
import { catalogue, utilityEvents, utilityRequests } from '../../topics/catalogue.ts'

interface Channel {
  readonly address: string
  readonly messages: Readonly<Record<string, { readonly $ref: string }>>
  readonly bindings: { readonly kafka: { readonly partitions?: number; readonly topicConfiguration: Readonly<Record<string, unknown>> } }
}
interface Message {
  readonly payload: { readonly schemaFormat: string; readonly schema: avsc.Schema }
  readonly bindings: { readonly kafka: { readonly key: { readonly description: string } } }
}
interface AsyncApi {
  readonly channels: Readonly<Record<string, Channel>>
  readonly operations: Readonly<
    Record<string, { readonly action: string; readonly reply?: { readonly channel: { readonly $ref: string } } }>
  >
  readonly components: { readonly messages: Readonly<Record<string, Message>> }
}

const json = asyncApiDocument('1.2.3')
const document = json as unknown as AsyncApi

/** The schema of the AsyncAPI Initiative for documents of version 3.0.0. */
function validator() {
  const file = createRequire(import.meta.url).resolve('@asyncapi/specs/schemas/3.0.0.json')
  const { $schema: _, ...schema } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  return new Ajv({ strict: false, validateFormats: false, logger: false, meta: false, validateSchema: false }).compile(schema)
}

/** Every `$ref` in the document. */
function refsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(refsIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => (name === '$ref' && typeof inner === 'string' ? [inner] : refsIn(inner)))
}

const at = (pointer: string): unknown =>
  pointer
    .slice(2)
    .split('/')
    .reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], json)

describe('the document', () => {
  it('is sound to the schema of the AsyncAPI Initiative, which tells it from another', () => {
    const validate = validator()
    expect(validate(structuredClone(json)), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true)
    expect(validate({ ...(json as object), channels: { x: { address: 7 } } })).toBe(false)
    expect(validate({ ...(json as object), operations: { x: { action: 'shout', channel: { $ref: '#/channels/x' } } } })).toBe(false)
  })

  it('refers to nothing that is not there', () => {
    const refs = refsIn(json)
    expect(refs.length).toBeGreaterThan(catalogue.length)
    expect(refs.filter((ref) => at(ref) === undefined)).toEqual([])
  })

  it('has every topic of the catalogue, and no other', () => {
    expect(Object.values(document.channels).map(({ address }) => address)).toEqual(catalogue.map(({ name }) => name))
  })

  it('says that outsiders write what is open to them, and that requests are answered with events', () => {
    const received = Object.entries(document.operations).flatMap(([name, { action }]) => (action === 'receive' ? [name.split(' ')[1]] : []))
    expect(received).toEqual(catalogue.filter(({ openToOutsiders }) => openToOutsiders).map(({ name }) => name))
    expect(document.operations[`receive ${utilityRequests.name}`]?.reply?.channel.$ref).toBe(`#/channels/${utilityEvents.name}`)
  })
})

test.each(catalogue.map((topic) => [topic.name, topic] as const))('%s has its released schema, key and retention', (name, topic) => {
  const message = document.components.messages[name]
  expect(message?.payload.schema).toEqual(readReleased(name).at(-1)?.json)
  expect(avsc.Type.forSchema(message?.payload.schema ?? 'null').name).toBe(`drover.${topic.schema.shape.name}`)
  expect(message?.bindings.kafka.key.description).toContain(topic.keyedBy)
  const kafka = document.channels[name]?.bindings.kafka
  expect(kafka?.topicConfiguration['cleanup.policy']).toEqual([topic.retention.kind === 'compacted' ? 'compact' : 'delete'])
  expect(kafka?.partitions).toBe(topic.partitioning === 'one' ? 1 : undefined)
})
