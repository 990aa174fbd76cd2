/** `drover event`: create, cancel and list events, and preview one without commanding anybody. */
import { randomUUID } from 'node:crypto'
import type { Command } from 'commander'
import type { UtilityEvent } from '../../../schemas/utility.ts'
import { previewEvent } from '../event/preview.ts'
import { readJson } from '../read-json.ts'
import { readDuration, readTime } from '../read-time.ts'
import { readableFile } from '../readable-file.ts'
import { callRest } from '../rest.ts'
import type { Session } from '../session.ts'

const optWords = ({ opt, optCause, optDeadlineMs }: UtilityEvent): string =>
  opt === null
    ? `answer by ${optDeadlineMs === null ? 'nobody' : new Date(optDeadlineMs).toISOString()}`
    : `${opt}${optCause ? ` (${optCause})` : ''}`

function describe(event: UtilityEvent): string {
  const { eventId, kind, revision, programId, startMs, endMs, intervals, theirEventId } = event
  const words = [
    eventId,
    kind.padEnd(9),
    `r${revision}`,
    programId,
    `${new Date(startMs).toISOString()} – ${new Date(endMs).toISOString()}`,
    `level ${intervals.map(({ level }) => level).join(', ')}`,
    optWords(event),
    theirEventId,
  ]
  return words.join('  ')
}

interface CreateOptions {
  readonly program?: string
  readonly id?: string
  readonly start?: string
  readonly duration: string
  readonly level: string
  readonly targetKw?: string
  readonly drill?: boolean
  readonly json?: boolean
}

function bodyOf(options: CreateOptions, nowMs: number): unknown {
  if (options.program === undefined) throw new Error('--program: is missing; or give a file')
  const startMs = readTime('--start', options.start, nowMs)
  const targetW = options.targetKw === undefined ? null : Math.round(Number(options.targetKw) * 1000)
  if (targetW !== null && !(targetW > 0)) throw new Error(`--target-kw: "${options.targetKw}" is not a positive number`)
  return {
    programId: options.program,
    theirEventId: options.id ?? randomUUID(),
    intervals: [{ startMs, endMs: startMs + readDuration('--duration', options.duration), level: options.level, valueW: null }],
    test: options.drill === true ? 'drill' : 'none',
    targetW,
  }
}

/** What a file says is not mixed with options: half of an event would be overlooked. */
function fileAlone(file: string, command: Command): unknown {
  const given = command.options.filter(
    (option) => option.attributeName() !== 'json' && command.getOptionValueSource(option.attributeName()) === 'cli',
  )
  if (given.length > 0) throw new Error(`${given.map(({ long }) => long).join(', ')}: cannot be given beside a file; write it into ${file}`)
  return readJson(file)
}

/** Answers the utility about an event. */
function addAnswer(group: Command, session: Session, action: 'approve' | 'decline', about: string): void {
  group
    .command(action)
    .description(about)
    .argument('<eventId>', 'as `event list` shows it')
    .option('--reason <words>', 'why; kept on the log', '')
    .option('--revision <n>', 'refuse when the event has another revision by now', '0')
    .option('--json', 'the event as JSON')
    .action(async (eventId: string, { reason, revision, json }: { reason: string; revision: string; json?: boolean }) => {
      if (!/^\d+$/.test(revision)) throw new Error(`--revision: "${revision}" is not a whole number`)
      const path = `/events/${encodeURIComponent(eventId)}/${action}`
      const event = (await callRest(session, 'POST', path, { reason, revision: Number(revision) })) as UtilityEvent
      console.log(json ? JSON.stringify(event) : describe(event))
    })
}

export function addEventCommands(program: Command, session: Session): void {
  const group = program.command('event').description('events')
  addAnswer(group, session, 'approve', 'answer optIn to the utility; devices are called')
  addAnswer(group, session, 'decline', 'answer optOut to the utility; devices that know of the event are released')
  group
    .command('create')
    .description('ask devices of a program to change their load')
    .argument('[file]', 'JSON with programId, theirEventId, intervals, targets …; instead of options', readableFile)
    .option('--program <id>', 'program')
    .option('--id <id>', 'id of the event; the same id again changes nothing')
    .option('--start <time>', 'ISO 8601 with zone (default: now)')
    .option('--duration <time>', '90s, 15m, 2h', '1h')
    .option('--level <level>', 'level of the program', '1')
    .option('--target-kw <n>', 'call as many devices as this needs')
    .option('--drill', 'a drill')
    .option('--json', 'the event as JSON')
    .action(async (file: string | undefined, options: CreateOptions, command: Command) => {
      const body = file === undefined ? bodyOf(options, session.environment().clock.nowMs()) : fileAlone(file, command)
      const event = (await callRest(session, 'POST', '/events', body)) as UtilityEvent
      console.log(options.json ? JSON.stringify(event) : describe(event))
    })
  group
    .command('cancel')
    .description('cancel an event; devices are released')
    .argument('<eventId>', 'as `event list` shows it')
    .action(async (eventId: string) => {
      console.log(describe((await callRest(session, 'DELETE', `/events/${encodeURIComponent(eventId)}`)) as UtilityEvent))
    })
  group
    .command('list')
    .description('events that are known')
    .option('--awaiting', 'only those that wait for an operator to approve or decline them')
    .option('--json', 'as JSON')
    .action(async (options: { awaiting?: boolean; json?: boolean }) => {
      const { events } = (await callRest(session, 'GET', options.awaiting ? '/events?awaiting=true' : '/events')) as {
        events: readonly UtilityEvent[]
      }
      if (options.json) console.log(JSON.stringify(events))
      else for (const event of events) console.log(describe(event))
    })
  group
    .command('preview')
    .description('who would be commanded, who not and why; commands nobody')
    .argument('<file>', 'JSON as for create', readableFile)
    .option('--json', 'as JSON')
    .action(async (file: string, options: { json?: boolean }) => {
      const preview = await previewEvent(session, file)
      console.log(options.json ? JSON.stringify(preview.facts) : preview.words)
    })
}
