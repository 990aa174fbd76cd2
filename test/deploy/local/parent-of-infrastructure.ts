/** A parent that tests kill: starts the local infrastructure, prints its addresses as JSON, and lives until it is killed. */
import { startInfrastructure } from '../../../deploy/local/infrastructure.ts'

const [dataDir = ''] = process.argv.slice(2)
const { brokers, registryUrl } = await startInfrastructure({ dataDir, log: (line) => console.error(line), env: process.env })
console.log(JSON.stringify({ brokers, registryUrl }))
setInterval(() => {}, 1000)
