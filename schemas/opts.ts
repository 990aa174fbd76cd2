/** Records of who takes part: how an answer toward the utility came about, and what a VTN has to be told when it changes. */
import { enumeration, type Infer, int, list, long, of, optional, record, string } from './avro.ts'
import { optDecision } from './program-terms.ts'

export const optCause = enumeration(
  'OptCause',
  ['automatic', 'termsBroken', 'tooLittleDeliverable', 'operator', 'deadline', 'refused'],
  'What decided an answer: the terms say yes to everything, the event breaks the terms, too little could be delivered, an operator, an operator who said nothing in time, or the event means nothing here.',
)
export type OptCause = Infer<typeof optCause>

export const optReason = enumeration(
  'OptReason',
  ['economic', 'emergency', 'mustRun', 'notParticipating', 'outageRunStatus', 'overrideStatus', 'participating'],
  'Why somebody leaves or joins, spelt as OpenADR 2.0b spells it (oadr_ei_20b.xsd, OptReasonType).',
)
export type OptReason = Infer<typeof optReason>

export const utilityOptKind = enumeration(
  'UtilityOptKind',
  ['created', 'cancelled'],
  'created: tell it (2.0b: oadrCreateOpt). cancelled: it holds no more (2.0b: oadrCancelOpt).',
)
export const utilityOpt = record(
  'UtilityOpt',
  'What a VTN has to be told of who takes part, as far as the utility can see it: resources by its own ids, never single devices. What the VTN answered stands on utility.sessions as optTold.',
  {
    optId: string('Ours, a hash; a cancelled record names the created one. The same optId and kind is told once.'),
    vtnId: string('VTN to tell.'),
    kind: of(utilityOptKind, 'Tell it, or take it back.'),
    opt: of(optDecision, 'optOut: the resources take no part. optIn: they do after all.'),
    reason: of(optReason, 'Why.'),
    programId: string('Program.'),
    marketContext: optional(string('Market context, or programName, by which the VTN names the program.')),
    eventId: string('Event (ours) that it is about; empty = a period in which resources are or are not available.'),
    theirEventId: string('Event id of the VTN; empty without an event.'),
    modificationNumber: int('Modification of the event; -1 without one.'),
    resourceIds: list(string('Resource.'), 'Resources as the utility knows them, ascending; empty = the VEN as a whole, for this program.'),
    fromMs: long('From when it holds, epoch ms UTC.'),
    untilMs: optional(long('End, exclusive, epoch ms UTC; null = until cancelled.')),
    availableW: optional(long('Power that the resources can still shed or take meanwhile, W; null = not known.')),
    devices: int('Devices of the resources.'),
    devicesOut: int('Of those, devices that take no part.'),
    atMs: long('When it was found, epoch ms UTC.'),
  },
)
export type UtilityOpt = Infer<typeof utilityOpt>

export const optTold = record('OptTold', 'What a VTN answered when it was told.', {
  optId: string('Which record of utility.opts.'),
  kind: of(utilityOptKind, 'Told, or taken back.'),
  vtnCode: string('Code that the VTN answered with: 2xx = taken; empty = it has no such message, and nothing was said.'),
  detail: string('Words of the VTN, or why nothing was said.'),
})
export type OptTold = Infer<typeof optTold>
