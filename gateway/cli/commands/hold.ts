/** `drover hold` and `drover unhold`: operator stops over everything, a program, a vendor or a place. */
import { type Command, Option } from 'commander'
import { holdScope } from '../../../schemas/utility.ts'
import { callRest } from '../rest.ts'
import type { Session } from '../session.ts'

interface Options {
  readonly scope: string
  readonly id?: string
  readonly reason?: string
  readonly json?: boolean
}

const scopes = holdScope.shape.of === 'enum' ? holdScope.shape.symbols : []

async function ask(session: Session, method: 'POST' | 'DELETE', { scope, id = '', reason = '', json }: Options): Promise<void> {
  const answer = await callRest(session, method, '/holds', { scope, id, reason })
  const what = id === '' ? scope : `${scope} ${id}`
  const { eventId } = answer as { readonly eventId?: string }
  const words = eventId === undefined ? 'recorded; not in force yet' : method === 'POST' ? 'held; devices are released' : 'no longer held'
  console.log(json ? JSON.stringify(answer) : `${what}: ${words}`)
}

function addHold(program: Command, session: Session, name: 'hold' | 'unhold', about: string): void {
  program
    .command(name)
    .description(about)
    .addOption(new Option('--scope <scope>', 'what').choices([...scopes]).makeOptionMandatory())
    .option('--id <id>', 'program, vendor or place; left out with scope all')
    .option('--reason <words>', 'why; kept on the log')
    .option('--json', 'as JSON')
    .action((options: Options) => ask(session, name === 'hold' ? 'POST' : 'DELETE', options))
}

export const addHoldCommand = (program: Command, session: Session): void =>
  addHold(program, session, 'hold', 'stop what is in force and what comes; devices are released')

export const addUnholdCommand = (program: Command, session: Session): void => addHold(program, session, 'unhold', 'end a stop')
