/** Reads the bytes of one oadrPayload into the VTN's message (OpenADR 2.0b); pure, so that a recorded signal can be understood again. */

import { oadrDistributeEvent } from './decode/event.ts'
import { oadrCanceledOpt, oadrCreatedOpt } from './decode/opt.ts'
import {
  oadrCanceledPartyRegistration,
  oadrCancelPartyRegistration,
  oadrCreatedPartyRegistration,
  oadrRequestReregistration,
} from './decode/registration.ts'
import { oadrCancelReport, oadrCreateReport, oadrRegisteredReport, oadrRegisterReport, oadrUpdatedReport } from './decode/report.ts'
import { oadrResponse } from './decode/response.ts'
import { MAX_BODY_BYTES } from './limits.ts'
import type { VtnMessage } from './messages.ts'
import { WireError } from './wire-error.ts'
import { type Element, parseXml } from './xml/parse.ts'
import { one, type Reader } from './xml/read.ts'

const readers: { readonly [Type in VtnMessage['type']]: Reader<Extract<VtnMessage, { type: Type }>> } = {
  oadrDistributeEvent,
  oadrResponse,
  oadrCreatedPartyRegistration,
  oadrCancelPartyRegistration,
  oadrCanceledPartyRegistration,
  oadrRequestReregistration,
  oadrRegisterReport,
  oadrRegisteredReport,
  oadrCreateReport,
  oadrCancelReport,
  oadrUpdatedReport,
  oadrCreatedOpt,
  oadrCanceledOpt,
}

export type DecodeOptions = {
  /** Longer documents are refused unread; 30 MB by default. */
  readonly maxBytes?: number
}

/**
 * The message in `bytes`: namespace prefixes and a signature are passed over (verify it on the same bytes first), times are epoch
 * milliseconds, durations seconds. Throws a WireError that names the element for anything that cannot be read.
 */
export const decode = (bytes: Uint8Array, options: DecodeOptions = {}): VtnMessage => {
  const root = parseXml(bytes, options.maxBytes ?? MAX_BODY_BYTES)
  if (root.name !== 'oadrPayload') throw new WireError(root.path, 'is not the root of an OpenADR 2.0b document; oadrPayload is needed')
  return one(root, 'oadrSignedObject', signedObject)
}

const signedObject = (element: Element): VtnMessage => {
  const [message, second] = element.children
  if (message === undefined) throw new WireError(element.path, 'is empty where one message is needed')
  if (second !== undefined) throw new WireError(second.path, `stands beside ${message.name} where one message is allowed`)
  if (!isReadable(message.name)) throw new WireError(message.path, 'is not a message that a VTN sends to a VEN')
  return readers[message.name](message)
}

const isReadable = (name: string): name is VtnMessage['type'] => Object.hasOwn(readers, name)
