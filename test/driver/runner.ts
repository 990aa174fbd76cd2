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

export interface Runner {
  settle(nowMs: number): void
  tick(nowMs: number): void
  skip(coordinates: string): void
}

export function createRunner(parts: RunnerParts): Runner {
  const { log, transactions, answers } = parts
  const skipped = new Set<string>()

  function take({ task }: TaskHost, record: TaskInput): void {
    if (skipped.has(coordinates(record.topic, record.partition, record.offset))) {
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

  function takeInputs(host: TaskHost): void {
    for (let taken = 0; taken < parts.maxRecordsPerTransaction; taken++) {
      const record = nextInput(host, log)
      if (!record) return
      take(host, record)
      host.positions.set(record.topic, record.offset + 1)
    }
  }

  function workOn(host: TaskHost, nowMs: number): boolean {
    let more = false
    const fate = transactions.transact(host, nowMs, ({ task }) => {
      more = task.work(parts.workBudget)
    })
    host.mayWork = more
    return fate !== 'idle' || more
  }

  function answerNext(host: TaskHost, nowMs: number): boolean {
    for (const asked of host.questions) {
      const answer = answers[`${asked.processor}.${asked.name}`]?.(asked.question as never)
      if (answer === undefined) continue
      host.questions = host.questions.filter((question) => question !== asked)
      transactions.transact(host, nowMs, ({ task }) => task.answer(asked, answer))
      return true
    }
    return false
  }

  /** One transaction of a task; false = it has nothing to do. */
  function takeTurn(host: TaskHost, nowMs: number): boolean {
    if (nextInput(host, log)) {
      transactions.transact(host, nowMs, takeInputs)
      return true
    }
    if (host.mayWork && workOn(host, nowMs)) return true
    return answerNext(host, nowMs)
  }

  // Tasks are named by their place: a crash puts a new host there.
  const turns = (): number[] => {
    const places = [...transactions.hosts().keys()]
    return parts.random ? shuffle(places, parts.random) : places
  }
  const hostAt = (place: number): TaskHost => transactions.hosts()[place] as TaskHost

  return {
    settle(nowMs) {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        let progressed = false
        for (const place of turns()) if (takeTurn(hostAt(place), nowMs)) progressed = true
        if (!progressed) return
      }
      throw new Error(`the topology did not come to rest in ${MAX_ROUNDS} rounds`)
    },
    tick(nowMs) {
      for (const place of turns()) {
        // A process that died in its tick ticks again when it is back.
        let fate: Fate
        do {
          hostAt(place).mayWork = true
          fate = transactions.transact(hostAt(place), nowMs, ({ task }) => task.tick())
        } while (fate === 'lost')
      }
    },
    skip: (coordinates) => skipped.add(coordinates),
  }
}
