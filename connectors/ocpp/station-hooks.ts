/** What the connector does when a station connects, says something, and leaves. */
import type { ClockNotes } from '../delivery/clock-notes.ts'
import type { Edge } from '../delivery/edge.ts'
import type { ConnectorNode } from '../delivery/node.ts'
import { deliveredOf } from './delivered.ts'
import type { Prober } from './probe/prober.ts'
import type { Hooks, Received, Refused } from './server/hooks.ts'
import { commandIdOf } from './station-port.ts'
import { contentTypes } from './telemetry-decoder.ts'
import type { ProfileReports } from './v201/profile-reports.ts'

export interface StationParts extends ConnectorNode {
  readonly prober: Prober
  readonly reports: ProfileReports
  readonly clocks: ClockNotes
  readonly log: (line: string) => void
}

const PROFILE_CHANGES: ReadonlySet<string> = new Set(['SetChargingProfile', 'ClearChargingProfile'])

export function stationHooks(parts: StationParts): Hooks {
  const { edge, delivery, prober, clocks, onError } = parts
  return {
    async onOpen(id) {
      const epoch = await edge.opened(id)
      delivery.onReachable(id)
      prober.onOpened(id)
      return epoch
    },
    async onClose(id, epoch, reason) {
      clocks.forget(id, epoch)
      await edge.closed(id, epoch, reason)
    },
    onMessage: (id, received) => onMessage(id, received, parts),
    onRefused: (id, refused) => edge.refused(id, unreadableOf(refused)),
    onLateAnswer(id, { action, outcome }) {
      if (PROFILE_CHANGES.has(action)) delivery.onLateAnswer(id, commandIdOf(outcome.uniqueId), deliveredOf(outcome))
    },
    onError,
  }
}

async function onMessage(id: string, received: Received, { edge, delivery, prober, reports, clocks, log }: StationParts): Promise<void> {
  const { heard, version, rawFrame, receivedMs, epoch } = received
  const { action, meaning } = heard
  clocks.note(id, { statedMs: heard.statedMs, receivedMs, epoch })
  switch (meaning.kind) {
    case 'meterData': {
      const body = Buffer.from(rawFrame)
      return edge.telemetry(id, { kind: action, contentType: contentTypes[version], body, receivedMs, epoch })
    }
    case 'overridden': {
      const command = await delivery.onOverridden(id, meaning.reason)
      if (command) await edge.leftEvents(command, meaning.reason)
      return
    }
    case 'booted':
      return prober.onBooted(id)
    case 'profilesReported':
      return reports.take(id, meaning)
    case 'securityEvent':
      return log(`ocpp ${id}: security event ${meaning.type}`)
    // Answered from the clock alone.
    case 'none':
      return
  }
}

function unreadableOf({ rawFrame, code, description, path, receivedMs }: Refused): Parameters<Edge['refused']>[1] {
  const reason = code === 'FormationViolation' || code === 'ProtocolError' ? 'unreadableBody' : 'invalidValue'
  return { place: path, reason, detail: `${code}: ${description}`, body: Buffer.from(rawFrame), receivedMs }
}
