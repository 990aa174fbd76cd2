/** A process that plays the role `sep2` as its environment says, until it is killed, or until whoever started it is gone. */
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { readEnvironment } from '../../../gateway/cli/environment.ts'
import { createSession } from '../../../gateway/cli/session.ts'
import { startSep2Role } from '../../../gateway/roles/sep2.ts'

const environment = readEnvironment(process.env)
const session = createSession(() => environment, new AbortController().signal)
const log = pino({ level: 'warn' }, pino.destination(2))

await startSep2Role({ environment, session, log, registry: new Registry() })
process.stdin.on('end', () => process.exit(0)).resume()
process.stdout.write('ready\n')
