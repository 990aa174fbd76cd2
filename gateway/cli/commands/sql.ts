/** `drover sql`: one read-only query against the analytics engine. */
import type { Command } from 'commander'
import type { Session } from '../session.ts'

export function addSqlCommand(program: Command, session: Session): void {
  program
    .command('sql')
    .description('run a read-only query')
    .argument('<query>', 'SELECT, SHOW, DESCRIBE or EXPLAIN')
    .option('--json', 'one JSON object per row')
    .action(async (query: string, options: { json?: boolean }) => {
      const client = session.clickhouse()
      const result = await client.exec({
        query: `${query.replace(/;\s*$/, '')} FORMAT ${options.json ? 'JSONEachRow' : 'PrettyCompactMonoBlock'}`,
      })
      for await (const chunk of result.stream) process.stdout.write(chunk)
    })
}
