/** Which handlers and tables of a task each topic feeds. */
import type { Codec } from '../../topics/codec.ts'
import type { AnyTopic } from '../../topics/define.ts'
import type { CodecSource } from './codec-source.ts'
import type { Received, TableDefinition } from './define.ts'
import type { TableState } from './table.ts'
import type { Unit } from './units.ts'

/** One port of one processor. */
export interface Delivery {
  readonly processor: string
  deliver(record: Received<unknown>): void
}

/** All that hangs on one input topic. Several processors may read it; each gets every record, in the order of declaration. */
export interface Route {
  readonly topic: AnyTopic
  readonly codec: Codec<unknown>
  readonly deliveries: Delivery[]
  readonly tables: TableState<unknown>[]
}

function deliverToHandler({ processor, context }: Unit, port: string): Delivery {
  const handler = processor.on[port]
  if (!handler) throw new Error(`${processor.name} has no handler for its input ${port}`)
  return { processor: processor.name, deliver: (record) => handler(context, record) }
}

function deliverToTable({ processor, context, tables }: Unit, name: string): Delivery {
  const table = tables[name] as TableState<unknown>
  const handler = processor.onTable?.[name]
  return {
    processor: processor.name,
    deliver(record) {
      const previous = table.take(record.key, record.value)
      handler?.(context, record, previous)
    },
  }
}

/** The routes of a task by topic name, in the order of declaration. */
export function routeTopics(units: readonly Unit[], codecs: CodecSource): ReadonlyMap<string, Route> {
  const routes = new Map<string, Route>()
  const routeOf = (topic: AnyTopic): Route => {
    const known = routes.get(topic.name)
    if (known) return known
    const route: Route = { topic, codec: codecs.codecOf(topic.name, topic.schema), deliveries: [], tables: [] }
    routes.set(topic.name, route)
    return route
  }
  for (const unit of units) {
    for (const [name, { topic }] of Object.entries(unit.processor.tables as Readonly<Record<string, TableDefinition<unknown>>>)) {
      const route = routeOf(topic)
      route.tables.push(unit.tables[name] as TableState<unknown>)
      route.deliveries.push(deliverToTable(unit, name))
    }
    for (const [port, topic] of Object.entries(unit.processor.inputs as Readonly<Record<string, AnyTopic>>))
      routeOf(topic).deliveries.push(deliverToHandler(unit, port))
  }
  return routes
}

/** Topics whose records are taken before all others. */
export function urgentTopicsOf(units: readonly Unit[]): ReadonlySet<string> {
  return new Set(
    units.flatMap(({ processor }) =>
      (processor.urgent ?? []).map((port) => {
        const name = String(port)
        return (processor.inputs[name] ?? processor.tables[name].topic).name as string
      }),
    ),
  )
}
