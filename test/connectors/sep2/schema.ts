/** Validates documents against the public schema of IEEE 2030.5, with the elements of CSIP-AUS, where it is at hand. */
import { standardFile } from '../../support/standards.ts'
import { complaintsAgainst, validationMissing } from '../../support/xmllint.ts'

/** Why nothing can be validated here; undefined = it can. */
export const schemaMissing: string | undefined = validationMissing(
  standardFile('ieee-2030.5/sep.xsd'),
  'the schema of IEEE 2030.5 is not at hand; set DROVER_STANDARDS',
)

/** By document, empty for a valid one. */
export const complaintsOf = (documents: readonly string[], schema: 'sep.xsd' | 'csipaus-core.xsd'): readonly string[] =>
  complaintsAgainst(standardFile(`ieee-2030.5/${schema}`) ?? '', documents)
