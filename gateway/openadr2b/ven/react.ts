/** Decides what an answer of the VTN changes, for every move and every message; pure. */

import { untroubled } from '../../retry/trouble.ts'
import type { EiResponse } from '../types/response.ts'
import type { Course, Fault, Heard, Move, Talk, Timing } from './course.ts'
import type { Knowledge } from './knowledge.ts'
import { pollEveryMs, scopesKey } from './next-move.ts'
import { onAnswered, onDistributeEvent } from './on-event.ts'
import { onOpted, onOptFault } from './on-opt.ts'
import {
  onCancelPartyRegistration,
  onCreatedPartyRegistration,
  onLeft,
  onPartyRefused,
  onRequestReregistration,
  renewing,
} from './on-party.ts'
import {
  onCancelReport,
  onCreateReport,
  onRegisteredReport,
  onRegisterReport,
  onReported,
  onUpdatedReport,
  triedReport,
} from './on-report.ts'
import { inWords, only, type Reaction, type Scene, taken, troubled, unknownParty } from './reaction.ts'

export type Spoken = Exclude<Move, { kind: 'wait' | 'discard' | 'pushed' }>

/** A reply that the VTN does not take so often is given up: it will ask again if it needs one. */
const REPLY_TRIES = 5

/** A bare oadrResponse is enough for a step to be done, though nothing came with it. */
function passed(course: Course, move: Extract<Spoken, { kind: 'poll' | 'sync' | 'offer' }>): Course {
  const done = untroubled(course, move.kind)
  if (move.kind === 'sync') return { ...done, synced: true }
  return move.kind === 'offer' ? { ...done, offered: scopesKey(move.scopes), metadataFor: undefined } : done
}

function onResponse(scene: Scene<Spoken>, response: EiResponse): Reaction {
  const { course, move } = scene
  switch (move.kind) {
    case 'reply':
      return only(course)
    case 'query':
    case 'register':
      return onPartyRefused(scene, response)
    case 'leave':
      return taken(response) || unknownParty(response) ? onLeft(scene) : onPartyRefused(scene, response)
    case 'answer':
      return response.responseCode === '463' ? renewing(scene, 'answer', response) : onAnswered({ ...scene, move }, response)
    case 'report':
      return response.responseCode === '463' ? renewing(scene, 'report', response) : onReported({ ...scene, move }, response)
    case 'opt':
      return response.responseCode === '463' ? renewing(scene, 'opt', response) : onOpted({ ...scene, move }, response)
    case 'poll':
    case 'sync':
    case 'offer':
      if (unknownParty(response)) return renewing(scene, move.kind, response)
      if (!taken(response)) return only(troubled(course, move.kind, inWords(response), scene))
      return only(passed(course, move))
  }
}

function onMessage(scene: Scene<Spoken>, message: Extract<Heard, { kind: 'message' }>['message']): Reaction {
  switch (message.type) {
    case 'oadrDistributeEvent':
      return onDistributeEvent(scene, message)
    case 'oadrResponse':
      return onResponse(scene, message.eiResponse)
    case 'oadrCreatedPartyRegistration':
      return onCreatedPartyRegistration(scene, message)
    case 'oadrRequestReregistration':
      return onRequestReregistration(scene)
    case 'oadrCancelPartyRegistration':
      return onCancelPartyRegistration(scene, message)
    case 'oadrCanceledPartyRegistration':
      return scene.move.kind === 'leave' ? onLeft(scene) : only(scene.course)
    case 'oadrRegisterReport':
      return onRegisterReport(scene, message)
    case 'oadrRegisteredReport':
      return onRegisteredReport(scene, message)
    case 'oadrCreateReport':
      return onCreateReport(scene, message)
    case 'oadrCancelReport':
      return onCancelReport(scene, message)
    case 'oadrUpdatedReport':
      return onUpdatedReport(scene, message)
    case 'oadrCreatedOpt':
    case 'oadrCanceledOpt':
      return scene.move.kind === 'opt' ? onResponse(scene, message.eiResponse) : only(scene.course)
  }
}

/** Messages that answer each move; anything may come out of a poll, and replies are answered as the VTN likes. */
const answersOf: Readonly<Partial<Record<Talk, readonly string[]>>> = {
  query: ['oadrCreatedPartyRegistration', 'oadrResponse'],
  register: ['oadrCreatedPartyRegistration', 'oadrResponse'],
  offer: ['oadrRegisteredReport', 'oadrResponse'],
  sync: ['oadrDistributeEvent', 'oadrResponse'],
  answer: ['oadrResponse'],
  report: ['oadrUpdatedReport', 'oadrResponse'],
  opt: ['oadrCreatedOpt', 'oadrCanceledOpt', 'oadrResponse'],
  leave: ['oadrCanceledPartyRegistration', 'oadrResponse'],
}

function onFault(
  known: Knowledge,
  course: Course,
  move: Spoken,
  fault: Omit<Fault, 'kind' | 'signal'>,
  nowMs: number,
  timing: Timing,
): Reaction {
  const { detail, retryAfterMs } = fault
  const later = troubled(course, move.kind, detail, { known, nowMs, timing, retryAfterMs })
  if (move.kind === 'opt') return onOptFault(course, later, move.opt, fault)
  const givenUp = move.kind === 'reply' && (later.trouble.reply?.failures ?? 0) >= REPLY_TRIES
  if (givenUp) return only(replied(later))
  return only(later, [], move.kind === 'report' ? [triedReport(move.report, 'sent', detail)] : [])
}

/** The VTN has heard what it was owed. */
const replied = (course: Course): Course => untroubled({ ...course, owed: course.owed.slice(1) }, 'reply')

/** When the next poll is due, counted from this one. */
function paced(course: Course, move: Spoken, heard: Heard, nowMs: number, timing: Timing): Course {
  if (move.kind !== 'poll') return course
  const more = timing.drain && heard.kind === 'message' && heard.message.type !== 'oadrResponse'
  return { ...course, nextPollMs: more ? nowMs : nowMs + pollEveryMs(course, timing) }
}

export function react(known: Knowledge, before: Course, move: Spoken, heard: Heard, nowMs: number, timing: Timing): Reaction {
  const course = paced(before, move, heard, nowMs, timing)
  if (heard.kind === 'fault' && heard.empty && move.kind === 'reply') return only(replied(course))
  if (heard.kind === 'fault') return onFault(known, course, move, heard, nowMs, timing)
  const { message, signal } = heard
  const expected = answersOf[move.kind]
  if (expected && !expected.includes(message.type))
    return onFault(known, course, move, { detail: `${message.type} does not answer this message` }, nowMs, timing)
  const reached = move.kind === 'reply' ? replied(course) : course
  const clear = move.kind === 'poll' ? untroubled(reached, 'poll') : reached
  const scene = { known, course: clear, move, signal, nowMs, timing }
  return onMessage(scene, message)
}
