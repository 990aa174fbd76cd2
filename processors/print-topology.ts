/** Prints the topology as Mermaid: `npm run topology`. Its frozen form is test/golden/topology.mmd. */
import { printTopology } from './runtime/print.ts'
import { topology } from './topology.ts'

console.log(printTopology(topology))
