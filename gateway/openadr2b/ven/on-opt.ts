/** Reacts to EiOpt: what the VTN made of an opt that it was told of. */
import type { UtilityOpt } from '../../../schemas/utility.ts'
import { untroubled } from '../../retry/trouble.ts'
import type { EiResponse } from '../types/response.ts'
import type { Course, Fault, Move } from './course.ts'
import { declined, inWords, only, type Reaction, type Scene, taken, troubled } from './reaction.ts'

const tried = (opt: UtilityOpt, status: UtilityOpt['status'], detail: string): UtilityOpt => ({
  ...opt,
  status,
  attempt: opt.attempt + 1,
  detail,
})

/** 2xx and 4xx settle an opt; after anything else it is told again. */
export function onOpted(scene: Scene<Extract<Move, { kind: 'opt' }>>, response: EiResponse): Reaction {
  const { course, move } = scene
  const words = inWords(response)
  if (!taken(response) && !declined(response)) return only(troubled(course, 'opt', words, scene), [], [], [tried(move.opt, 'sent', words)])
  return only(untroubled(course, 'opt'), [], [], [tried(move.opt, taken(response) ? 'accepted' : 'refused', words)])
}

/** Not found, method not allowed, not implemented: some VTNs have no EiOpt at all, and asking again would not give them one. */
const WITHOUT_SERVICE: readonly (number | undefined)[] = [404, 405, 501]

export function onOptFault(course: Course, later: Course, opt: UtilityOpt, { status, detail }: Omit<Fault, 'kind' | 'signal'>): Reaction {
  if (!WITHOUT_SERVICE.includes(status)) return only(later, [], [], [tried(opt, 'sent', detail)])
  return only(untroubled(course, 'opt'), [], [], [tried(opt, 'refused', `${detail}: the VTN has no EiOpt`)])
}
