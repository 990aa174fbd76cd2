/** Writes oadrPoll. */

import type { OadrPoll } from '../types/poll.ts'
import { type Children, value } from '../xml/write.ts'

export const oadrPoll = (message: OadrPoll): Children[] => [value('ei:venID', message.venID)]
