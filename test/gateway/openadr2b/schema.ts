/** Validates documents against the public OpenADR 2.0b schema, where it is at hand. */
import { standardFile } from '../../support/standards.ts'
import { complaintsAgainst, validationMissing } from '../../support/xmllint.ts'

const xsd = standardFile('openadr-2.0b/oadr_20b.xsd')

/** Why validation is impossible here, or undefined where it is possible. */
export const schemaMissing: string | undefined = validationMissing(xsd, 'oadr_20b.xsd not found: set DROVER_STANDARDS')

/** By document, empty for a valid one. */
export const complaints = (documents: readonly string[]): string[] => complaintsAgainst(xsd ?? '', documents)
