/** IEEE 2030.5 under the contract: its server, and a scripted client on mutual TLS that polls, or is told by Notifications. */

import { connectors } from '../../connectors/registry.ts'
import { createClients } from '../../connectors/sep2/clients/clients.ts'
import { startSep2 } from '../../connectors/sep2/role.ts'
import { RELEASE } from '../../processors/dispatch/renderer.ts'
import type { DeviceState } from '../../schemas/enrollment.ts'
import { someAttributes } from '../build/changes.ts'
import { anEnrollment } from '../build/devices.ts'
import { clientCertificate, serverCredentials } from '../connectors/sep2/pki.ts'
import type { ProtocolUnderTest } from './protocol.ts'
import { createScriptedClient, memoriesOf } from './sep2-client.ts'

const RATED_W = 10_000
const STANDING_W = 8_000
/** Of the stage's fast clock: a client that is not heard of for two seconds of ours has gone. */
const POLL_RATE_S = 80
const attributes = {
  ...someAttributes({ protocol: 'sep2', ratedW: RATED_W, minimumW: 0, extra: { derType: 'load', csipAus: 'true', lfdi: '0'.repeat(40) } }),
  standingLimitW: STANDING_W,
}

/** In the program of the stage, as enrollment leaves it. */
function stateOf(deviceId: string, lfdi: string): DeviceState {
  const rendered = connectors.sep2.renderer.render(attributes, [])
  if ('fault' in rendered) throw new Error(rendered.fault)
  const templates = rendered.map((template) => ({ programId: 'program', ...template, hash: '' }))
  return {
    deviceId,
    attributes: { ...attributes, extra: { ...attributes.extra, lfdi } },
    memberships: [],
    enrollments: [anEnrollment('program')],
    suspensions: [],
    optOuts: [],
    templates: templates.filter(({ level }) => level === RELEASE),
    registeredMs: 0,
    terminatedMs: null,
    lastChangeOffset: 0,
  }
}

const NAMES = ['D-1', 'D-2', 'D-here', 'D-elsewhere', 'D-stranger']

const under = (name: string, subscribes: boolean, skips: ProtocolUnderTest['skips']): ProtocolUnderTest => ({
  name,
  connector: connectors.sep2,
  attributes,
  skips,
  says: { override: 'Response 4 (user opted out)' },
  async start({ isKnown, callTimeoutMs, clock, ...options }) {
    const certificates = new Map(await Promise.all(NAMES.map(async (id) => [id, await clientCertificate(id)] as const)))
    const clients = createClients(clock, () => undefined)
    for (const [id, { lfdi }] of certificates) clients.takeState(id, stateOf(id, lfdi))
    const find: typeof clients.find = (lfdi) => {
      const client = clients.find(lfdi)
      return client?.devices.every(({ deviceId }) => isKnown(deviceId)) ? client : undefined
    }
    const credentials = await serverCredentials()
    const role = await startSep2({
      ...options,
      clock,
      port: 0,
      credentials,
      clients: { ...clients, find },
      settings: { pollRateS: POLL_RATE_S, postRateS: 300, notificationHosts: ['127.0.0.1'] },
      answerTimeoutMs: 4 * callTimeoutMs * clock.rate,
      giveWayMs: 4 * callTimeoutMs * clock.rate,
    })
    const memories = memoriesOf(clock)
    return {
      createDevice(id, nowMs) {
        const certificate = certificates.get(id)
        if (!certificate) throw new Error(`no certificate for ${id}`)
        return createScriptedClient({ id, certificate, credentials, url: role.url, nowMs, subscribes, memories })
      },
      stop: role.stop,
    }
  },
})

const skips = {
  'a second connection takes over with a new epoch, and the close of the first does not count':
    'a client that polls has no connection for another to take over: whoever shows the certificate is the client',
  'a release is sent where the log does not say all that the device ever got':
    'a control that the log forgot is in no list, and no cancellation can name it; the release is settled once the list was read (see controls.test.ts)',
}

/** Notifications tell the client to read; it still polls for a sign of life. */
export const sep2: ProtocolUnderTest = under('sep2', true, skips)

export const sep2Polling: ProtocolUnderTest = under('sep2', false, {
  ...skips,
  'a command without an answer times out and is tried again while it lives':
    'a poll does not show that a command was sent again; with a subscription the clause is kept',
})
