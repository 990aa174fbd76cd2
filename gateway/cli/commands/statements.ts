/** `drover statements`: what a program pays for a month or a season, by unit, customer, group, event or month. */
import { type Command, Option } from 'commander'
import type { Session } from '../session.ts'
import { readLines } from '../statements/lines.ts'
import { describeStatement } from '../statements/print.ts'
import { GROUPINGS, type Grouping, makeStatements } from '../statements/statement.ts'

interface Options {
  readonly program: string
  readonly month?: string
  readonly season?: string
  readonly by: Grouping
  readonly json?: boolean
}

/** Throws naming the option. */
function periodOf({ month, season }: Options) {
  if (month !== undefined && season === undefined) {
    if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw new Error(`--month: "${month}" is not YYYY-MM`)
    return { month }
  }
  if (season === undefined || month !== undefined) throw new Error('--month: give either --month or --season')
  if (!/^\d{4}-\d\d-\d\d$/.test(season)) throw new Error(`--season: "${season}" is not YYYY-MM-DD, the first local day of the season`)
  return { seasonFrom: season }
}

export function addStatementCommand(program: Command, session: Session): void {
  program
    .command('statements')
    .description('payment lines of final results: performance against nomination, payment, penalty')
    .requiredOption('--program <id>', 'program')
    .option('--month <YYYY-MM>', 'month of the program day')
    .option('--season <YYYY-MM-DD>', 'instead: the season that begins on this day of the program')
    .addOption(new Option('--by <what>', 'totals by').choices(GROUPINGS).default('unit'))
    .option('--json', 'as JSON: every line, the totals, and the total')
    .addHelpText('after', '\nA line that is not final yet is not here. A unit in several groups counts in each of them.')
    .action(async (options: Options) => {
      const period = periodOf(options)
      const statements = makeStatements(await readLines(session.clickhouse(), options.program, period), options.by)
      if (options.json) console.log(JSON.stringify({ programId: options.program, ...period, by: options.by, statements }))
      else if (statements.length === 0) console.log(`${options.program}: no lines`)
      else for (const line of statements.flatMap(describeStatement)) console.log(line)
    })
}
