/** The loopback server lets in who says hello first, and bounds what it takes. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Hooks, type LoopbackServer, listen } from '../../../connectors/loopback/server.ts'
import { eventually } from '../../support/eventually.ts'

let server: LoopbackServer
let events: string[]
let openings: (() => void)[]
let holdsOpenings = false

const hooks: Hooks = {
  admit: async (deviceId) => deviceId !== 'stranger',
  onOpen: async (deviceId) => {
    events.push(`open ${deviceId}`)
    if (deviceId === 'unlucky') throw new Error('the log is full')
    if (holdsOpenings) await new Promise<void>((resolve) => openings.push(resolve))
    return events.length
  },
  onClose: async (deviceId) => void events.push(`close ${deviceId}`),
  onSaid: async (deviceId, { message }) => void events.push(`said ${deviceId} ${message.id}`),
  onUnreadable: async (deviceId) => void events.push(`unreadable ${deviceId}`),
  onLateReply: () => undefined,
  onError: () => undefined,
}

beforeEach(async () => {
  events = []
  openings = []
  holdsOpenings = false
  server = await listen(0, hooks)
})
afterEach(() => server.close())

async function say(...lines: readonly string[]): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.on('error', () => undefined).resume()
  socket.write(lines.map((line) => `${line}\n`).join(''))
  return socket
}

const hello = (deviceId: string): string => JSON.stringify({ hello: deviceId })
const override = (id: string): string => JSON.stringify({ id, override: 'x' })

test('what is said with hello in one breath is handled after the opening', async () => {
  holdsOpenings = true
  await say(hello('D'), override('1'), 'nonsense', override('2'))
  await eventually('the opening', () => openings.length === 1)
  expect(events).toEqual(['open D'])
  openings[0]?.()
  await eventually('all that was said', () => events.length === 4)
  expect(events).toEqual(['open D', 'said D 1', 'unreadable D', 'said D 2'])
})

test.each([
  ['who does not say hello first', override('1')],
  ['who is not known', hello('stranger')],
])('%s is told so and not heard', async (_, first) => {
  const socket = await say(first, override('1'))
  await once(socket, 'close')
  expect(events).toEqual([])
})

test('a line without end closes the connection', async () => {
  const socket = await say(hello('D'))
  await eventually('the opening', () => events.length === 1)
  socket.write('x'.repeat(100_000))
  await once(socket, 'close')
  await eventually('the close', () => events.includes('close D'))
})

test('a connection that could not be recorded is closed, and never said to be', async () => {
  const socket = await say(hello('unlucky'), override('1'))
  await once(socket, 'close')
  await server.close()
  expect(events).toEqual(['open unlucky'])
})

test('a device that is gone gets no call', async () => {
  expect(await server.call('nobody', { id: '1', do: 'read' }, 1_000)).toEqual({ kind: 'disconnected' })
})
