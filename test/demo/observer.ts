/**
 * A process of its own that reads the commands as they become visible: the demo's own process answers for thousands of chargers at that
 * moment, and its clock readings would tell how busy it is.
 */
import { realClock } from '../../processors/runtime/clock.ts'
import { createLogReader } from '../../processors/runtime/kafka/log-reader.ts'
import { dispatchCommands } from '../../topics/catalogue.ts'
import { createSchemas } from '../../topics/registry.ts'

export interface SeenCommand {
  readonly deviceId: string
  readonly commandId: string
  readonly isCall: boolean
}

/** What the process says: first that it watches, then each batch of commands with the real time at which a committed reader had it. */
export type Observation =
  | { readonly kind: 'watching' }
  | { readonly kind: 'commands'; readonly atMs: number; readonly commands: readonly SeenCommand[] }

const [brokers = '', registryUrl = ''] = process.argv.slice(2)
const say = (observation: Observation): void => {
  process.send?.(observation)
}

const reader = createLogReader({ brokers, schemas: createSchemas({ url: registryUrl }), name: 'drover.demo.observer' })
const following = await reader.follow(Object.values(dispatchCommands), 'end', (records) => {
  const atMs = realClock.nowMs()
  const commands = records.flatMap(({ value }) =>
    value ? [{ deviceId: value.deviceId, commandId: value.commandId, isCall: value.segments.length > 0 }] : [],
  )
  say({ kind: 'commands', atMs, commands })
})
await following.caughtUp
say({ kind: 'watching' })
process.once('disconnect', () => void following.stop().then(() => process.exit(0)))
