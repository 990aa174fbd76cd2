/** Hears over MQTT that something changed at a 3.1 VTN, where it says how (openadr3.yaml, /notifiers): hints, no more. */
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { z } from 'zod'
import { decodeObject } from './decode.ts'
import type { Client } from './wire/client.ts'
import type { ExchangeTls } from './wire/exchange.ts'

const authentication = z.discriminatedUnion('method', [
  z.object({ method: z.literal('ANONYMOUS') }),
  z.object({ method: z.literal('OAUTH2_BEARER_TOKEN'), username: z.string() }),
  z.object({ method: z.literal('CERTIFICATE'), caCert: z.string(), clientCert: z.string(), clientKey: z.string() }),
])
const notifiers = z.object({ MQTT: z.object({ URIS: z.array(z.string()).min(1), authentication }).nullish() })
const topicsAnswer = z.object({
  topics: z.object({ CREATE: z.string().optional(), UPDATE: z.string(), DELETE: z.string(), ALL: z.string().optional() }),
})

/** How a VTN can be heard. */
export interface Binding {
  readonly url: string
  readonly authentication: z.infer<typeof authentication>
  readonly topics: readonly string[]
}

const read = async <T>(client: Client, path: string, schema: z.ZodType<T>): Promise<T | undefined> => {
  const reply = await client.get(path)
  if (reply.kind === 'refused') return undefined
  const found = schema.safeParse(decodeObject(reply.answer.body))
  return found.success ? found.data : undefined
}

const topicPaths = (programIDs: readonly string[], venID: string | undefined): readonly string[] => [
  ...programIDs.map((id) => `programs/${encodeURIComponent(id)}/events`),
  ...(venID === undefined ? [] : [`vens/${venID}/events`, `vens/${venID}/programs`]),
]

/** undefined: the VTN offers no MQTT, or no topic for us. Topics of the VEN come with those of programs: VTNs let us hear some of them only. */
export async function findBinding(client: Client, programIDs: readonly string[], venID: string | undefined): Promise<Binding | undefined> {
  const offered = (await read(client, 'notifiers', notifiers))?.MQTT
  const [url] = offered?.URIS ?? []
  if (!offered || url === undefined) return undefined
  const topics: string[] = []
  for (const path of topicPaths(programIDs, venID)) {
    const given = (await read(client, `notifiers/mqtt/topics/${path}`, topicsAnswer))?.topics
    if (given) topics.push(...[given.ALL ?? [given.CREATE, given.UPDATE, given.DELETE]].flat().filter((topic) => topic !== undefined))
  }
  return topics.length === 0 ? undefined : { url, authentication: offered.authentication, topics: [...new Set(topics)] }
}

export interface Access {
  readonly clientId: string | undefined
  readonly tls: ExchangeTls | undefined
  /** The value of an Authorization header; empty without credentials. */
  authorization(): Promise<string>
}

async function optionsFor(binding: Binding, { clientId, tls, authorization }: Access): Promise<IClientOptions> {
  const { authentication: how } = binding
  // Certificates that the VTN hands out are for its broker; our own trust in authorities stands.
  if (how.method === 'CERTIFICATE') return { ca: how.caCert, cert: how.clientCert, key: how.clientKey }
  if (how.method === 'ANONYMOUS') return { ...tls }
  const username = how.username === '{clientID}' ? (clientId ?? '') : how.username
  return { ...tls, username, password: (await authorization()).replace(/^Bearer /, '') }
}

export interface Listening {
  stop(): Promise<void>
}

const SAFE = /^(mqtts|wss|ssl):/
const LOCAL = /^(mqtt|ws|tcp):\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/

/**
 * Connects, and calls `onHint` for every message. A lost connection is tried again with back-off until `stop`. Throws where the broker is
 * less guarded than openadr3.yaml wants (TLS), but for one on this machine.
 */
export async function listenTo(
  binding: Binding,
  access: Access,
  on: { readonly hint: () => void; readonly trouble: (problem: string) => void },
): Promise<Listening> {
  if (!SAFE.test(binding.url) && !LOCAL.test(binding.url))
    throw new Error(`${binding.url}: a broker that is not on this machine must use TLS`)
  const options = await optionsFor(binding, access)
  const client: MqttClient = mqtt.connect(binding.url, { ...options, protocolVersion: 4, reconnectPeriod: 5_000, connectTimeout: 10_000 })
  client.on('connect', () => {
    client.subscribe([...binding.topics], { qos: 1 }, (error) => error && on.trouble(`topics: ${error.message}`))
    // What was said while we were away was said to nobody.
    on.hint()
  })
  client.on('message', () => on.hint())
  // Tokens live shorter than connections: the next connection shows a new one.
  client.on('close', () => {
    void optionsFor(binding, access).then(
      (fresh) => Object.assign(client.options, fresh),
      (error: Error) => on.trouble(error.message),
    )
  })
  client.on('error', ({ message }) => on.trouble(message))
  return { stop: () => client.endAsync(true).catch(() => undefined) }
}
