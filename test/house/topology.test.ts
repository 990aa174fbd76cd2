/** The topology: free of faults, and as frozen. */
import { expect, test } from 'vitest'
import { checkTopology } from '../../processors/runtime/check.ts'
import { printTopology } from '../../processors/runtime/print.ts'
import { topology } from '../../processors/topology.ts'
import { catalogue } from '../../topics/catalogue.ts'

test('has no fault', () => {
  expect(checkTopology(topology, catalogue)).toEqual([])
})

/**
 * Names of processors and stores are an API: changelogs hang on them. Before freezing a change (`npm run topology > test/golden/topology.mmd`),
 * see that a running system can take it: nothing renamed, no input moved to another sub-topology with records still unread.
 */
test('is as frozen', async () => {
  await expect(`${printTopology(topology)}\n`).toMatchFileSnapshot('../golden/topology.mmd')
})
