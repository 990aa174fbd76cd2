/** Each line of the registry belongs to the protocol that it stands under. */
import { expect, test } from 'vitest'
import { connectors, protocols } from '../../connectors/registry.ts'
import { protocol } from '../../schemas/common.ts'

test.each(Object.entries(connectors))('%s', (name, { renderer, commands, raw }) => {
  expect(protocol.shape).toMatchObject({ symbols: expect.arrayContaining([name]) })
  expect([renderer.protocol, commands.name, raw.name]).toEqual([name, `dispatch.commands.${name}.v1`, `telemetry.raw.${name}.v1`])
})

test('processors are given every renderer, and a decoder more for imports', () => {
  expect(Object.keys(protocols.renderers)).toEqual(Object.keys(connectors))
  expect(Object.keys(protocols.decoders)).toEqual([...Object.keys(connectors), 'none'])
})
