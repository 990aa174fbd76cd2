/** Says how a test VTN of 3.1 can be heard over MQTT, and publishes there, or elsewhere. */
import type { Broker } from './broker.ts'
import type { Given } from './routes.ts'

export interface Publishing {
  readonly broker: Broker
  readonly authentication?: object
  /** True: it publishes on other topics than it names, as some VTNs do. */
  readonly elsewhere?: boolean
}

const operations = ['CREATE', 'UPDATE', 'DELETE'] as const

/** An answer for the paths below notifiers, undefined for all others. */
export function answerNotifiers(path: string, publishing: Publishing | undefined): Given | undefined {
  if (path !== 'notifiers' && !path.startsWith('notifiers/')) return undefined
  if (path === 'notifiers') {
    const { broker, authentication = { method: 'ANONYMOUS' } } = publishing ?? {}
    return {
      status: 200,
      json: { WEBHOOK: true, ...(broker ? { MQTT: { URIS: [broker.url], serialization: 'JSON', authentication } } : {}) },
    }
  }
  const topic = path.slice('notifiers/mqtt/topics/'.length)
  if (!publishing) return { status: 404, json: { status: 404, title: 'Not Found' } }
  return { status: 200, json: { topics: Object.fromEntries(operations.map((name) => [name, `${topic}/${name.toLowerCase()}`])) } }
}

export function publish({ broker, elsewhere }: Publishing, { operation, object }: NonNullable<Given['touched']>): void {
  if (object.objectType !== 'EVENT') return
  const root = elsewhere ? 'events' : `programs/${object.programID}/events`
  broker.publish(`${root}/${operation.toLowerCase()}`, JSON.stringify({ objectType: 'EVENT', operation, object }))
}
