/**
 * A process of its own that tells when commands became visible, and reads them: the demo's own process answers for thousands of chargers at
 * that moment, and its clock readings would tell how busy it is.
 */
import { createLogReader } from '../../processors/runtime/kafka/log-reader.ts'
import { dispatchCommands } from '../../topics/catalogue.ts'
import { createSchemas } from '../../topics/registry.ts'
import { startNoting } from './visible-since.ts'

export interface SeenCommand {
  readonly deviceId: string
  readonly commandId: string
  readonly isCall: boolean
  /** Real time since which a committed reader can have it. */
  readonly atMs: number
}

/** What the process says: first that it watches, then each batch of commands. */
export type Observation = { readonly kind: 'watching' } | { readonly kind: 'commands'; readonly commands: readonly SeenCommand[] }

const [brokers = '', registryUrl = ''] = process.argv.slice(2)
const say = (observation: Observation): void => {
  process.send?.(observation)
}

const topics = Object.values(dispatchCommands)
const visible = await startNoting(
  brokers,
  topics.map(({ name }) => name),
)
const reader = createLogReader({ brokers, schemas: createSchemas({ url: registryUrl }), name: 'drover.demo.observer' })
const following = await reader.follow(topics, 'end', (records) => {
  const commands = records.flatMap((record) => {
    const { value } = record
    if (!value) return []
    const { deviceId, commandId, segments } = value
    return [{ deviceId, commandId, isCall: segments.length > 0, atMs: visible.sinceMs(record) }]
  })
  say({ kind: 'commands', commands })
})
await following.caughtUp
say({ kind: 'watching' })
// The whole fleet was told: nobody asks how fast later commands came.
process.once('message', () => void visible.stop())
process.once('disconnect', () => void Promise.all([following.stop(), visible.stop()]).then(() => process.exit(0)))
