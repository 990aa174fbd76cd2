/** Gives the tasks their turns: inputs first, then a piece of work, then answers, until nothing is left to do. */
import { coordinates } from '../../processors/runtime/coordinates.ts'
import { SKIPPED, unknownSchemaDetail } from '../../processors/runtime/rejection.ts'
import type { TaskInput } from '../../processors/runtime/task-contract.ts'
import { UnlearnedSchemaError } from '../../topics/codec.ts'
import { shuffle } from './chaos.ts'
import type { MemoryLog } from './memory-log.ts'
import { nextInput, type TaskHost } from './task-host.ts'
import type { Fate, Transactions } from './transactions.ts'

/** More turns than this without coming to rest are a loop between processors. */
const MAX_ROUNDS = 100_000

export interface RunnerParts {
  readonly log: MemoryLog
  readonly transactions: Transactions
  readonly answers: Readonly<Record<string, (question: never) => unknown>>
  readonly maxRecordsPerTransaction: number
  readonly workBudget: number
  /** Shuffles the turns of the tasks; null = in the order of declaration. */
  readonly random: (() => number) | null
}

interface Turns extends RunnerParts {
  /** Coordinates of the records to set aside. */
  readonly skipped: Set<string>
}

export interface Runner {
  settle(nowMs: number): void
  tick(nowMs: number): void
  skip(coordinates: string): void
}

function take(turns: Turns, { task }: TaskHost, record: TaskInput): void {
  if (turns.skipped.has(coordinates(record.topic, record.partition, record.offset))) {
    task.refuse(record, 'skipped', SKIPPED)
    return
  }
  try {
    task.take(record)
  } catch (error) {
    if (!(error instanceof UnlearnedSchemaError)) throw error
    task.refuse(record, 'unknownSchema', unknownSchemaDetail(error.schemaId))
  }
}

function takeInputs(turns: Turns, host: TaskHost): void {
  for (let taken = 0; taken < turns.maxRecordsPerTransaction; taken++) {
    const record = nextInput(host, turns.log)
    if (!record) return
    take(turns, host, record)
    host.positions.set(record.topic, record.offset + 1)
  }
}

function workOn(turns: Turns, host: TaskHost, nowMs: number): boolean {
  let more = false
  const fate = turns.transactions.transact(host, nowMs, ({ task }) => {
    more = task.work(turns.workBudget)
  })
  host.mayWork = more
  return fate !== 'idle' || more
}

function answerNext(turns: Turns, host: TaskHost, nowMs: number): boolean {
  for (const asked of host.questions) {
    const answer = turns.answers[`${asked.processor}.${asked.name}`]?.(asked.question as never)
    if (answer === undefined) continue
    host.questions = host.questions.filter((question) => question !== asked)
    turns.transactions.transact(host, nowMs, ({ task }) => task.answer(asked, answer))
    return true
  }
  return false
}

/** One transaction of a task; false = it has nothing to do. */
function takeTurn(turns: Turns, host: TaskHost, nowMs: number): boolean {
  if (nextInput(host, turns.log)) {
    turns.transactions.transact(host, nowMs, () => takeInputs(turns, host))
    return true
  }
  if (host.mayWork && workOn(turns, host, nowMs)) return true
  return answerNext(turns, host, nowMs)
}

export function createRunner(parts: RunnerParts): Runner {
  const turns: Turns = { ...parts, skipped: new Set() }
  const { transactions, random } = parts
  // Tasks are named by their place: a crash puts a new host there.
  const hostAt = (place: number): TaskHost => transactions.hosts()[place] as TaskHost
  const placesInTurn = (): number[] => {
    const places = [...transactions.hosts().keys()]
    return random ? shuffle(places, random) : places
  }

  /** A process that died in its tick ticks again when it is back. */
  function tickAt(place: number, nowMs: number): void {
    let fate: Fate
    do {
      hostAt(place).mayWork = true
      fate = transactions.transact(hostAt(place), nowMs, ({ task }) => task.tick())
    } while (fate === 'lost')
  }

  return {
    settle(nowMs) {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        let progressed = false
        for (const place of placesInTurn()) if (takeTurn(turns, hostAt(place), nowMs)) progressed = true
        if (!progressed) return
      }
      throw new Error(`the topology did not come to rest in ${MAX_ROUNDS} rounds`)
    },
    tick(nowMs) {
      for (const place of placesInTurn()) tickAt(place, nowMs)
    },
    skip: (place) => turns.skipped.add(place),
  }
}
