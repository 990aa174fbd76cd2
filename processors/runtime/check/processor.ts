/** Finds faults that one processor's declaration shows by itself. */
import type { AnyTopic } from '../../../topics/define.ts'
import type { AnyProcessor, StoreDefinition, TableDefinition } from '../define.ts'

/** Names become parts of Kafka topic names. */
const NAME = /^[a-z][a-zA-Z0-9-]*$/

const names = (record: unknown): readonly string[] => Object.keys((record ?? {}) as object)

function missingHandlers(processor: AnyProcessor): readonly string[] {
  const { name, inputs, on, questions, onAnswer } = processor
  return [
    ...names(inputs)
      .filter((port) => typeof on[port] !== 'function')
      .map((port) => `${name}: input ${port} has no handler; add on.${port}`),
    ...names(questions)
      .filter((port) => typeof onAnswer?.[port] !== 'function')
      .map((port) => `${name}: question ${port} has no handler; add onAnswer.${port}`),
  ]
}

function strayHandlers(processor: AnyProcessor): readonly string[] {
  const { name, inputs, tables, on, onTable, questions, onAnswer, urgent } = processor
  return [
    ...names(on)
      .filter((port) => !(port in inputs))
      .map((port) => `${name}: on.${port} handles no input of that name`),
    ...names(onTable)
      .filter((port) => !(port in tables))
      .map((port) => `${name}: onTable.${port} handles no table of that name`),
    ...names(onAnswer)
      .filter((port) => !(port in questions))
      .map((port) => `${name}: onAnswer.${port} handles no question of that name`),
    ...(urgent ?? [])
      .map(String)
      .filter((port) => !(port in inputs) && !(port in tables))
      .map((port) => `${name}: urgent names ${port}, which is neither an input nor a table`),
  ]
}

function faultyStores({ name, stores }: AnyProcessor): readonly string[] {
  return Object.entries<Partial<StoreDefinition<unknown>> | undefined>(stores).flatMap(([store, definition]) => [
    ...(definition?.schema ? [] : [`${name}: store ${store} declares no schema, so it has no changelog; use store(schema)`]),
    ...(NAME.test(store) ? [] : [`${name}: store ${store} does not make a topic name; use letters, digits and hyphens`]),
  ])
}

function faultyTables({ name, tables, inputs }: AnyProcessor): readonly string[] {
  const inputTopics = new Set(Object.values<AnyTopic>(inputs).map((topic) => topic.name))
  return Object.entries<TableDefinition<unknown>>(tables).flatMap(([table, { topic }]) => [
    ...(topic.retention.kind === 'compacted' ? [] : [`${name}: table ${table} reads ${topic.name}, which is not compacted`]),
    ...(inputTopics.has(topic.name)
      ? [`${name}: ${topic.name} is an input and a table; keep the table and handle it in onTable.${table}`]
      : []),
  ])
}

export function checkProcessor(processor: AnyProcessor): readonly string[] {
  return [
    ...(NAME.test(processor.name) ? [] : [`${processor.name}: the name does not make a topic name; use letters, digits and hyphens`]),
    ...missingHandlers(processor),
    ...strayHandlers(processor),
    ...faultyStores(processor),
    ...faultyTables(processor),
  ]
}
