/** Every topic of Drover, once, in the order of the flow. */
import * as devices from '../schemas/devices.ts'
import * as dispatch from '../schemas/dispatch.ts'
import * as enrollment from '../schemas/enrollment.ts'
import * as programs from '../schemas/programs.ts'
import * as runtime from '../schemas/runtime.ts'
import * as settlement from '../schemas/settlement.ts'
import * as telemetry from '../schemas/telemetry.ts'
import * as utility from '../schemas/utility.ts'
import { type AnyTopic, compacted, days, defineTopic, forEver, years } from './define.ts'
import { byDevice, byEvent, byEventAndPartition, byProgram, byProgramAndPartition, byRequester, byUnit, byVtn } from './keys.ts'

export const programsChanges = defineTopic('programs.changes', {
  ...byProgram,
  about: 'Versions of program terms.',
  schema: programs.programChange,
  retention: years(10),
  writers: ['gateway', 'cli'],
  openToOutsiders: true,
})
export const programsView = defineTopic('programs', {
  ...byProgram,
  about: 'All versions of each program.',
  schema: programs.program,
  retention: compacted,
  writers: ['programs'],
})

export const utilitySignals = defineTopic('utility.signals', {
  ...byVtn,
  about: 'Messages of the utility, byte for byte.',
  schema: utility.utilitySignal,
  retention: years(10),
  writers: ['gateway'],
})
export const utilityRequests = defineTopic('utility.requests', {
  ...byRequester,
  about: 'Events and holds asked for by REST, CLI and Kafka-native utilities.',
  schema: utility.utilityRequest,
  retention: years(10),
  writers: ['gateway', 'cli', 'utilities'],
  openToOutsiders: true,
})
export const utilityEvents = defineTopic('utility.events', {
  ...byEvent,
  about: 'What signals and requests mean; one writer.',
  schema: utility.utilityEvent,
  retention: years(10),
  writers: ['interpreter'],
})
export const utilitySessions = defineTopic('utility.sessions', {
  ...byVtn,
  about: 'Registrations, answers to events and report requests, as settled with each VTN.',
  schema: utility.sessionFact,
  retention: years(10),
  writers: ['gateway'],
})
const toVtn = { ...byVtn, retention: years(2), writers: ['gateway'] }
export const utilityReports = defineTopic('utility.reports', {
  ...toVtn,
  about: 'Reports to VTNs and their delivery.',
  schema: utility.utilityReport,
})

export const utilityOpts = defineTopic('utility.opts', {
  ...toVtn,
  about: 'Availability that VTNs are told of, and its delivery.',
  schema: utility.utilityOpt,
  writers: ['availability', 'gateway'],
})

export const enrollmentChanges = defineTopic('enrollment.changes', {
  ...byDevice,
  about: 'Facts about devices; the only way their state changes.',
  schema: enrollment.enrollmentChange,
  retention: forEver,
  writers: ['gateway', 'cli', 'integrators', 'connectors'],
  openToOutsiders: true,
})
export const enrollmentVerdicts = defineTopic('enrollment.verdicts', {
  ...byDevice,
  about: 'Whether each change was taken, or why not.',
  schema: enrollment.enrollmentVerdict,
  retention: years(10),
  writers: ['enrollment'],
})
export const enrollmentState = defineTopic('enrollment.state', {
  ...byDevice,
  about: 'Each device now, with its rendered templates.',
  schema: enrollment.deviceState,
  retention: compacted,
  writers: ['enrollment'],
})
export const programCapacity = defineTopic('program.capacity', {
  ...byProgramAndPartition,
  about: 'Deliverable power by program and partition.',
  schema: dispatch.programCapacity,
  retention: compacted,
  writers: ['dispatcher'],
})

export const dispatchOrders = defineTopic('dispatch.orders', {
  about: 'Events, terms, allocations and holds, one copy per device partition.',
  schema: dispatch.dispatchOrder,
  keyedBy: 'partition',
  key: (order) => String(order.orderSeq),
  placement: 'explicit',
  retention: years(10),
  writers: ['broadcaster'],
})
export const dispatchDecisions = defineTopic('dispatch.decisions', {
  about: 'For every device a program knows: sent, or why not.',
  schema: dispatch.decisionBlock,
  keyedBy: 'partition',
  key: (block) => block.eventId,
  placement: 'explicit',
  retention: years(10),
  writers: ['dispatcher'],
})

const commands = (protocol: string) =>
  defineTopic(`dispatch.commands.${protocol}`, {
    ...byDevice,
    about: `Desired timelines for ${protocol} devices.`,
    schema: dispatch.command,
    retention: years(1),
    writers: ['dispatcher'],
  })
export const dispatchCommands = {
  ocpp: commands('ocpp'),
  sep2: commands('sep2'),
  inverter: commands('inverter'),
  thermostat: commands('thermostat'),
  loopback: commands('loopback'),
}

export const deviceConnections = defineTopic('device.connections', {
  ...byDevice,
  about: 'Connections opened and closed.',
  schema: devices.deviceConnection,
  retention: years(2),
  writers: ['connectors'],
})
export const devicePresence = defineTopic('device.presence', {
  ...byDevice,
  about: 'Whether each device is connected.',
  schema: devices.devicePresence,
  retention: compacted,
  writers: ['presence'],
})
const told = { ...byDevice, retention: years(10) }
export const deviceAcks = defineTopic('device.acks', {
  ...told,
  about: 'What connectors saw about commands.',
  schema: dispatch.deviceAck,
  writers: ['connectors'],
})
export const dispatchOutcomes = defineTopic('dispatch.outcomes', {
  ...told,
  about: 'What became of each command.',
  schema: dispatch.commandOutcome,
  writers: ['outcomes'],
})
export const dispatchDelivery = defineTopic('dispatch.delivery', {
  ...byEventAndPartition,
  about: 'Power that an event called on: delivered, failed or pending, by partition.',
  schema: dispatch.eventDelivery,
  retention: compacted,
  writers: ['outcomes'],
})

const raw = (protocol: string, writers: readonly string[]) => {
  const about = `Bodies from ${protocol}, verbatim.`
  return defineTopic(`telemetry.raw.${protocol}`, { ...byDevice, about, schema: telemetry.rawTelemetry, retention: days(90), writers })
}
export const telemetryRaw = {
  ocpp: raw('ocpp', ['connectors']),
  sep2: raw('sep2', ['connectors']),
  inverter: raw('inverter', ['connectors']),
  thermostat: raw('thermostat', ['connectors']),
  loopback: raw('loopback', ['connectors']),
  import: raw('import', ['cli']),
}
export const telemetryPolls = defineTopic('telemetry.polls', {
  ...byDevice,
  about: 'How far the telemetry of vendor clouds was got.',
  schema: telemetry.pollPosition,
  retention: days(30),
  writers: ['connectors'],
})
const kept = { ...byDevice, retention: days(400) }
export const telemetryReadings = defineTopic('telemetry.readings', {
  ...kept,
  about: 'Energies in Wh, one sign and clock.',
  schema: telemetry.readingBlock,
  writers: ['normalizer'],
})
export const telemetryIntervals = defineTopic('telemetry.intervals', {
  ...kept,
  about: 'Closed intervals with coverage, by revision.',
  schema: telemetry.intervalBlock,
  writers: ['aggregator'],
})
export const telemetryGaps = defineTopic('telemetry.gaps', {
  ...kept,
  about: 'Expected values that did not come.',
  schema: telemetry.telemetryGap,
  writers: ['gap-detector'],
})

export const settlementNominations = defineTopic('settlement.nominations', {
  ...byUnit,
  about: 'What units promise to deliver, by period.',
  schema: settlement.settlementNomination,
  retention: years(10),
  writers: ['gateway', 'cli', 'utilities'],
  openToOutsiders: true,
})
const settled = { retention: years(10), writers: ['settlement'] }
export const settlementIntervals = defineTopic('settlement.intervals', {
  ...byUnit,
  about: 'Contributions of devices to units.',
  schema: settlement.unitIntervalBlock,
  retention: days(400),
  writers: ['router'],
})
export const settlementBaselines = defineTopic('settlement.baselines', {
  ...byUnit,
  about: 'Frozen baselines: days used, days left out and why.',
  schema: settlement.settlementBaseline,
  ...settled,
})
export const settlementResults = defineTopic('settlement.results', {
  ...byUnit,
  about: 'Baseline against actual, append-only revisions.',
  schema: settlement.settlementResult,
  ...settled,
})
export const settlementStatements = defineTopic('settlement.statements', {
  ...byUnit,
  about: 'Payment lines.',
  schema: settlement.statementLine,
  ...settled,
})

export const rejectedRecords = defineTopic('rejected', {
  about: 'What could not be read, whole, with its place.',
  schema: runtime.rejected,
  keyedBy: 'topic',
  key: (record) => record.topic,
  placement: 'explicit',
  retention: years(1),
  writers: ['all'],
})
export const runtimeJournal = defineTopic('runtime.journal', {
  about: 'What each transaction of each task took.',
  schema: runtime.journalEntry,
  keyedBy: 'task',
  key: (entry) => entry.task,
  placement: 'explicit',
  retention: years(10),
  writers: ['runtime'],
})

/** All topics in the order of the flow. */
export const catalogue: readonly AnyTopic[] = [
  programsChanges,
  programsView,
  utilitySignals,
  utilityRequests,
  utilityEvents,
  enrollmentChanges,
  enrollmentVerdicts,
  enrollmentState,
  programCapacity,
  dispatchOrders,
  dispatchDecisions,
  ...Object.values(dispatchCommands),
  deviceConnections,
  devicePresence,
  deviceAcks,
  dispatchOutcomes,
  dispatchDelivery,
  ...Object.values(telemetryRaw),
  telemetryPolls,
  telemetryReadings,
  telemetryIntervals,
  telemetryGaps,
  settlementIntervals,
  settlementNominations,
  settlementBaselines,
  settlementResults,
  settlementStatements,
  utilitySessions,
  utilityReports,
  utilityOpts,
  rejectedRecords,
  runtimeJournal,
]
