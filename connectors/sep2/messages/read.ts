/** Reads a body as one of the messages that a resource takes, or refuses it naming the element. */
import type { z } from 'zod'
import { badFormat, badValue } from '../refusal.ts'
import { parseDocument } from '../xml/parse.ts'
import type { Document } from '../xml/tree.ts'
import { derAvailability, derCapability, derSettings, derStatus } from './der.ts'
import { meterReading, meterReadingList, usagePoint } from './mirror.ts'
import { endDevice, logEvent, response, subscription } from './others.ts'

/** By the name of their root; DERControlResponse is a Response without a word of its own. */
export const messages = {
  DERAvailability: derAvailability,
  DERCapability: derCapability,
  DERSettings: derSettings,
  DERStatus: derStatus,
  DERControlResponse: response,
  EndDevice: endDevice,
  LogEvent: logEvent,
  MirrorMeterReading: meterReading,
  MirrorMeterReadingList: meterReadingList,
  MirrorUsagePoint: usagePoint,
  Response: response,
  Subscription: subscription,
} as const
export type MessageName = keyof typeof messages
export type Message<N extends MessageName> = z.infer<(typeof messages)[N]>
export type Read = { readonly [N in MessageName]: { readonly name: N; readonly value: Message<N> } }[MessageName]

/** Throws a Refusal with the path of the first element at fault. */
export function readMessage<N extends MessageName>(bytes: Uint8Array, names: readonly N[]): Extract<Read, { name: N }> {
  const document = parseDocument(bytes)
  const name = names.find((wanted) => wanted === document.name && isOfType(document))
  if (name === undefined) throw badFormat(`send ${names.join(' or ')}, not ${document.type}`, document.name)
  const parsed = messages[name].safeParse(document.value)
  if (parsed.success) return { name, value: parsed.data } as Extract<Read, { name: N }>
  const [issue] = parsed.error.issues
  const path = [document.name, ...(issue?.path ?? [])].join('.')
  throw badValue(issue?.code === 'unrecognized_keys' ? `${issue.keys.join(', ')}: is not known` : (issue?.message ?? 'is not sound'), path)
}

/** An xsi:type may say DERControlResponse of a Response; any other must repeat the name. */
const isOfType = ({ name, type }: Document): boolean => type === name || (name === 'Response' && type === 'DERControlResponse')
