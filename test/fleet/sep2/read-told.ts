/** How what clients of IEEE 2030.5 tell is read back from the log. */
import { decodeSep2 } from '../../../connectors/sep2/decode.ts'
import type { Reading } from '../told.ts'
import type { Traits } from './traits.ts'

export const readingOf = ({ ratedW }: Pick<Traits, 'ratedW'>): Reading => ({
  decode: decodeSep2,
  source: 'sep2',
  channels: ['import', 'export'],
  ratedW,
})
