/** `drover run`: plays roles of Drover until it is told to stop. */
import type { Command } from 'commander'
import { pino } from 'pino'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { isRole, type Role, roleNames, startRole } from '../../roles/start.ts'
import { startAll } from '../../roles/start-all.ts'
import type { Session } from '../session.ts'

export function addRunCommand(program: Command, session: Session): void {
  program
    .command('run')
    .description('play roles of Drover until Ctrl-C')
    .requiredOption('--roles <names>', `comma-separated: ${roleNames.join(', ')}`)
    .action(async (options: { roles: string }) => {
      const names = options.roles.split(',').map((name) => name.trim())
      const unknown = names.filter((name) => !isRole(name))
      if (unknown.length > 0) throw new Error(`--roles: no role ${unknown.join(', ')}; known: ${roleNames.join(', ')}`)
      const environment = session.environment()
      const log = pino({ base: { node: environment.node } })
      const registry = new Registry()
      collectDefaultMetrics({ register: registry })
      const stopped = new Promise<void>((resolve) => session.signal.addEventListener('abort', () => resolve(), { once: true }))
      const running = await startAll((names as Role[]).map((name) => () => startRole(name, { environment, session, log, registry })))
      log.info({ roles: names }, 'drover is ready')
      const failure = await Promise.race([stopped, ...running.map(({ failed }) => failed)])
      await Promise.all(running.map(({ stop }) => stop()))
      if (failure !== undefined) throw failure
      log.info('stopped')
    })
}
