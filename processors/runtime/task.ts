/** Runs one partition number of one sub-topology: feeds records to its processors and gathers what each transaction comes to. */
import { rejectedRecords } from '../../topics/catalogue.ts'
import type { CodecSource } from './codec-source.ts'
import { coordinates } from './coordinates.ts'
import type { Received, SubTopology } from './define.ts'
import { HandlerError, PoisonError } from './faults.ts'
import { createFrame, type Frame } from './frame.ts'
import { createLoaders } from './loading.ts'
import { readInput } from './reading.ts'
import { emitRejection, type Rejection } from './rejection.ts'
import { type Route, routeTopics, urgentTopicsOf } from './routes.ts'
import { createStepNotes, type StepNotes } from './steps.ts'
import type { Task, TaskInput, TaskQuestion } from './task-contract.ts'
import { taskId } from './task-id.ts'
import { createUnit, drainStores, type Unit } from './units.ts'

export interface TaskOptions {
  /** Count of the partitions that device-keyed topics have. */
  readonly devicePartitions: number
  readonly codecs: CodecSource
}

/** All that the steps of a task share. */
interface Engine {
  readonly partition: number
  readonly devicePartitions: number
  readonly frame: Frame
  readonly notes: StepNotes
  readonly units: readonly Unit[]
  readonly routes: ReadonlyMap<string, Route>
  readonly reject: (input: TaskInput, rejection: Rejection) => void
}

/** Makes the task with empty stores and tables; the host loads `changelogs` and `tableTopics` before the first step. */
export function createTask(subTopology: SubTopology, partition: number, options: TaskOptions): Task {
  const { devicePartitions, codecs } = options
  const frame = createFrame()
  const units = subTopology.processors.map((processor) =>
    createUnit(processor, { subTopology, partition, devicePartitions, codecs, frame }),
  )
  const rejectedCodec = codecs.codecOf(rejectedRecords.name, rejectedRecords.schema)
  const engine: Engine = {
    partition,
    devicePartitions,
    frame,
    notes: createStepNotes(),
    units,
    routes: routeTopics(units, codecs),
    reject: (input, rejection) => emitRejection(frame, rejectedCodec, input, rejection),
  }
  const loaders = createLoaders(units, engine.routes, partition)
  return {
    id: taskId(subTopology, partition),
    partition,
    changelogs: loaders.changelogs,
    tableTopics: loaders.tableTopics,
    inputTopics: [...engine.routes.keys()],
    urgentTopics: urgentTopicsOf(units),
    load: loaders.load,
    ...stepsOf(engine),
  }
}

function stepsOf(engine: Engine): Pick<Task, 'begin' | 'take' | 'refuse' | 'tick' | 'work' | 'answer' | 'finish'> {
  const { frame, notes, units } = engine
  return {
    begin(nowMs) {
      frame.begin(nowMs)
      notes.begin()
    },
    take: (input) => takeInput(engine, input),
    refuse: (input, reason, detail) => refuseInput(engine, input, reason, detail),
    tick() {
      frame.turnTo(null)
      const before = frame.effects
      for (const { processor, context } of units) if (processor.onTick) guard(processor.name, 'a tick', () => processor.onTick?.(context))
      if (frame.effects > before) notes.tick()
    },
    work: (budget) => workOn(engine, budget),
    answer: (asked, answer) => takeAnswer(engine, asked, answer),
    finish() {
      drainStores(units, frame, engine.partition)
      return { outputs: frame.outputs, questions: frame.questions, steps: notes.steps() }
    },
  }
}

function guard<T>(processor: string, place: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw new HandlerError(processor, place, error)
  }
}

function routeOf(engine: Engine, input: TaskInput): Route {
  const route = engine.routes.get(input.topic)
  if (!route) throw new Error(`no processor of this task reads ${input.topic}`)
  if (input.partition !== engine.partition)
    throw new Error(`task ${engine.partition} was given ${coordinates(input.topic, input.partition, input.offset)}`)
  return route
}

function takeInput(engine: Engine, input: TaskInput): void {
  const { frame, notes } = engine
  const route = routeOf(engine, input)
  const key = input.key === null ? '' : input.key.toString()
  const reading = readInput(route, input, key, engine.devicePartitions)
  if ('reason' in reading) {
    setAside(engine, route, input, reading.reason, reading.detail)
    return
  }
  notes.input(input.topic, input.offset)
  frame.turnTo(input)
  const { topic, partition, offset, timestampMs } = input
  const record: Received<unknown> = { key, value: reading.value, topic, partition, offset, timestampMs }
  for (const delivery of route.deliveries) {
    try {
      delivery.deliver(record)
    } catch (error) {
      throw new HandlerError(delivery.processor, coordinates(topic, partition, offset), error)
    }
  }
}

function refuseInput(engine: Engine, input: TaskInput, reason: 'unknownSchema' | 'schemaMismatch' | 'skipped', detail: string): void {
  setAside(engine, routeOf(engine, input), input, reason, detail)
}

/** What outsiders wrote is put aside and the task goes on; what we wrote stops the task, unless an operator skips it. */
function setAside(engine: Engine, route: Route, input: TaskInput, reason: Rejection['reason'], detail: string): void {
  if (!route.topic.openToOutsiders && reason !== 'skipped')
    throw new PoisonError(coordinates(input.topic, input.partition, input.offset), detail)
  engine.notes.input(input.topic, input.offset)
  engine.frame.turnTo(input)
  const rejectedBy = route.deliveries.map((delivery) => delivery.processor).join('+')
  engine.reject(input, { reason, detail, place: '', rejectedBy })
}

function workOn(engine: Engine, budget: number): boolean {
  const { frame, notes, units } = engine
  frame.turnTo(null)
  const before = frame.effects
  let more = false
  for (const { processor, context } of units) {
    if (processor.work && guard(processor.name, 'work', () => processor.work?.(context, budget))) more = true
  }
  if (frame.effects > before) notes.work(budget)
  return more
}

function takeAnswer(engine: Engine, asked: TaskQuestion, answer: unknown): void {
  const unit = engine.units.find(({ processor }) => processor.name === asked.processor)
  const handler = unit?.processor.onAnswer?.[asked.name]
  if (!unit || !handler) throw new Error(`no processor of this task answers to ${asked.processor}.${asked.name}`)
  engine.frame.turnTo(null)
  engine.notes.answer(asked)
  guard(asked.processor, `the answer to ${asked.name}`, () => handler(unit.context, asked.question, answer))
}
