/** The loopback protocol under the contract: its connector, and a scripted device that speaks lines of JSON. */
import { connect, type Socket } from 'node:net'
import { startLoopback } from '../../connectors/loopback/role.ts'
import { connectors } from '../../connectors/registry.ts'
import { someAttributes } from '../build/changes.ts'
import type { Answering, ProtocolUnderTest, ScriptedDevice, ScriptedHistory } from './protocol.ts'

type Span = { startMs: number; endMs: number; limitW: number }
type Call = { id: string; do: 'set' | 'read'; timeline: Span[] }
type Question = { id: string; do: 'history'; channel: string; fromMs: number; untilMs: number }
type Answer = { re: string; status: string }

const STEP_MS = 900_000

export const loopback: ProtocolUnderTest = {
  name: 'loopback',
  connector: connectors.loopback,
  attributes: { ...someAttributes({ protocol: 'loopback', ratedW: 10_000, minimumW: 0 }), standingLimitW: 8_000 },
  async start({ isKnown, ...options }) {
    const role = await startLoopback({ ...options, port: 0, admit: async (deviceId) => isKnown(deviceId) })
    return { createDevice: (id) => createDevice(id, role.port), stop: role.stop }
  },
  backfills: true,
  skips: {
    'a limit that another set stays': 'a loopback device holds one timeline, which is ours',
  },
}

function createDevice(id: string, port: number): ScriptedDevice {
  const commands: ('set' | 'release')[] = []
  const reports = new Map<string, { resolve(): void; reject(error: Error): void }>()
  const held: Call[] = []
  let timeline: readonly Span[] = []
  let socket: Socket | undefined
  let answering: Answering = 'accepts'
  let serial = 0
  let markClosed = (): void => undefined
  const closed = new Promise<void>((resolve) => (markClosed = resolve))
  const write = (value: unknown): void => void socket?.write(typeof value === 'string' ? `${value}\n` : `${JSON.stringify(value)}\n`)

  function answer(call: Call): void {
    if (call.do === 'read') {
      write({ re: call.id, status: 'accepted', timeline })
      return
    }
    if (answering === 'accepts') timeline = call.timeline
    const status = { accepts: 'accepted', ignores: 'accepted', rejects: 'rejected', notSupported: 'notSupported', silent: '' }[answering]
    write({ re: call.id, status })
  }

  const asked: ScriptedHistory['asked'][number][] = []
  const history: ScriptedHistory = { answering: 'comes', asked }

  /** Sends the quarters of an hour in the stretch again. */
  function tellHistory({ id: callId, channel, fromMs, untilMs }: Question): void {
    asked.push({ fromMs, untilMs })
    write({ re: callId, status: { comes: 'accepted', later: 'rejected', impossible: 'notSupported' }[history.answering] })
    if (history.answering !== 'comes') return
    for (let startMs = fromMs; startMs + STEP_MS <= untilMs; startMs += STEP_MS)
      void ask((askId) => JSON.stringify({ id: askId, energy: { channel, startMs, stepS: 900, energyWh: 100 } })).catch(() => undefined)
  }

  function onMessage(message: Call | Question | Answer): void {
    if ('re' in message) {
      const report = reports.get(message.re)
      reports.delete(message.re)
      if (message.status === 'accepted') report?.resolve()
      else report?.reject(new Error(message.status))
      return
    }
    if (message.do === 'history') {
      tellHistory(message)
      return
    }
    if (message.do === 'set') commands.push(message.timeline.length === 0 ? 'release' : 'set')
    if (answering === 'silent' && message.do === 'set') held.push(message)
    else answer(message)
  }

  /** Resolves when the connector has answered. */
  function ask(text: (id: string) => string): Promise<Buffer> {
    const askId = `q${++serial}`
    const line = text(askId)
    return new Promise((resolve, reject) => {
      reports.set(askId, { resolve: () => resolve(Buffer.from(line)), reject })
      write(line)
    })
  }

  const device: ScriptedDevice = {
    id,
    commands,
    closed,
    history,
    get answering() {
      return answering
    },
    set answering(next) {
      answering = next
    },
    async connect() {
      const opened = connect(port, '127.0.0.1')
      socket = opened
      let text = ''
      opened.on('data', (chunk) => {
        const lines = (text + chunk.toString()).split('\n')
        text = lines.pop() ?? ''
        for (const line of lines) onMessage(JSON.parse(line) as Call | Question | Answer)
      })
      opened.on('error', () => undefined)
      opened.on('close', () => {
        markClosed()
        for (const report of reports.values()) report.reject(new Error('closed'))
        reports.clear()
      })
      write({ hello: id })
      await ask((askId) => JSON.stringify({ id: askId, energy: { channel: 'import', startMs: 0, stepS: 900, energyWh: 0 } }))
    },
    async drop() {
      const dropped = socket
      held.length = 0
      if (!dropped || dropped.closed) return
      const isClosed = new Promise<void>((resolve) => dropped.once('close', () => resolve()))
      dropped.destroy()
      await isClosed
    },
    answerNow(which) {
      const call = which === 'oldest' ? held.shift() : held.pop()
      if (!call) throw new Error('there is nothing to answer')
      answer(call)
    },
    limitW: (atMs) => timeline.find(({ startMs, endMs }) => startMs <= atMs && atMs < endMs)?.limitW ?? Number.POSITIVE_INFINITY,
    holdForeignLimit() {
      throw new Error('a loopback device holds one timeline')
    },
    // Spaces and the order of fields are the device's own.
    report: () => ask((askId) => `{ "energy" : {"energyWh":250, "stepS":900,"startMs":0,"channel":"import"}, "id":"${askId}" }`),
    sayNonsense() {
      const nonsense = '{"id":"x1","energy":{"channel":"sideways"}}'
      write(nonsense)
      return Buffer.from(nonsense)
    },
    override: async (reason) => {
      await ask((askId) => JSON.stringify({ id: askId, override: reason }))
    },
  }
  return device
}
