/** Measures the OCPP server with a fleet in another process: connecting, memory, one command to all, and telemetry; one JSON line per figure. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { fillTemplate, renderTemplate } from '../../connectors/ocpp/limits/render.ts'
import { createOcppServer } from '../../connectors/ocpp/server/server.ts'

const devices = Number(process.argv[2] ?? 5000)
const traits = { version: '1.6', unit: 'A', phases: 3, voltageV: 230, ratedW: 11_040, stackLevel: 1, profileId: 1 } as const
const counts = { opened: 0, messages: 0, booted: 0 }
const ids: string[] = []

function report(figure: string, value: number, unit: string): void {
  console.log(JSON.stringify({ figure, devices, value: Math.round(value * 1000) / 1000, unit }))
}

function rssMb(): number {
  globalThis.gc?.()
  return process.memoryUsage().rss / 2 ** 20
}

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2))
}

const server = await createOcppServer({
  port: 0,
  clock: { nowMs: () => Date.now() },
  authenticate: async () => 'accepted',
  hooks: {
    async onOpen(id) {
      ids.push(id)
      counts.opened += 1
      return counts.opened
    },
    onClose: async () => undefined,
    async onMessage(_, { heard }) {
      counts.messages += 1
      if (heard.action === 'BootNotification') counts.booted += 1
    },
    onRefused: async (_, refused) => console.error(refused),
    onLateAnswer: () => undefined,
    onError: (_, error) => console.error(error),
  },
})

const before = rssMb()
const script = fileURLToPath(new URL('run.ts', import.meta.url))
const args = ['--import', 'tsx', script, '--url', `ws://127.0.0.1:${server.port}/ocpp`, '--devices', String(devices)]
// 15 simulated minutes in ten seconds, so each device meters every ten seconds.
const fleet = spawn(process.execPath, [...args, '--rate', '90'], { stdio: ['ignore', 'ignore', 'inherit'] })
await until(() => counts.opened > 0)
const connectingMs = performance.now()
await until(() => counts.opened === devices)
report('connect', performance.now() - connectingMs, 'ms')
await until(() => counts.booted === devices)
report('connect and boot', performance.now() - connectingMs, 'ms')
report('memory of the server process before', before, 'MB')
report('memory of the server process, connected', rssMb(), 'MB')
report('memory per socket', ((rssMb() - before) * 1024) / devices, 'kB')

const template = renderTemplate(5520, traits)
for (let round = 0; round < 3; round += 1) {
  const startMs = Math.floor(Date.now() / 1000) * 1000 + round * 1000
  const signalMs = performance.now()
  const outcomes = await Promise.all(
    ids.map((id) =>
      server.call(id, {
        version: '1.6',
        action: 'SetChargingProfile',
        payloadJson: fillTemplate(template, { startMs, endMs: startMs + 3_600_000 }),
      }),
    ),
  )
  report('signal to last answer, each after 100 ms', performance.now() - signalMs, 'ms')
  report('answered', outcomes.filter(({ kind }) => kind === 'accepted' || kind === 'rejected').length, 'devices')
}

const cpu = process.cpuUsage()
const from = { messages: counts.messages, timeMs: performance.now() }
await new Promise((resolve) => setTimeout(resolve, 10_000))
const seconds = (performance.now() - from.timeMs) / 1000
const { user, system } = process.cpuUsage(cpu)
report('messages from stations', (counts.messages - from.messages) / seconds, 'per second')
report('CPU of the server process meanwhile', (user + system) / 1e6 / seconds, 'cores')

fleet.kill('SIGTERM')
await server.close()
