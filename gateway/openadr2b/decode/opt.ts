/** Reads the EiOpt answers of a VTN. */

import type { OadrCanceledOpt, OadrCreatedOpt } from '../types/opt.ts'
import type { Element } from '../xml/parse.ts'
import { id, idIfAny, maybe, one } from '../xml/read.ts'
import { eiResponse } from './response.ts'

export const oadrCreatedOpt = (element: Element): OadrCreatedOpt => ({
  type: 'oadrCreatedOpt',
  eiResponse: one(element, 'eiResponse', eiResponse),
  optID: one(element, 'optID', id),
})

export const oadrCanceledOpt = (element: Element): OadrCanceledOpt => ({
  type: 'oadrCanceledOpt',
  eiResponse: one(element, 'eiResponse', eiResponse),
  optID: maybe(element, 'optID', idIfAny),
})
