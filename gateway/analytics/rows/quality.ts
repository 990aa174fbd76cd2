/** Qualities of values as Enum8, in the order of the schema. */
import { quality } from '../../../schemas/common.ts'
import { enumerateds } from './cells.ts'

export const qualityCells = enumerateds(quality.shape.of === 'enum' ? quality.shape.symbols : [])
