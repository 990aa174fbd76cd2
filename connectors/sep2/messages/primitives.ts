/** The simple types of IEEE 2030.5 (sep.xsd) as they stand in a document: text that must have a form and a range. */
import { z } from 'zod'

const whole = (low: number, high: number) =>
  z
    .string()
    .regex(/^[+-]?\d{1,15}$/, 'is no whole number')
    .transform(Number)
    .refine((value) => value >= low && value <= high, `is not between ${low} and ${high}`)

export const uint8 = whole(0, 255)
export const uint16 = whole(0, 65_535)
export const uint32 = whole(0, 4_294_967_295)
export const uint48 = whole(0, 2 ** 48)
export const int8 = whole(-128, 127)
export const int16 = whole(-32_768, 32_767)
export const int32 = whole(-(2 ** 31), 2 ** 31 - 1)
export const int48 = whole(-(2 ** 47), 2 ** 47)
/** Seconds since 1970, UTC; years 1970 to 9999. */
export const time = whole(0, 253_402_300_799)
/** 2^36 - 1 with a check digit. */
export const sfdi = whole(0, 687_194_767_359)

/** Up to so many bytes; upper case, so that equal ids are equal texts. */
export const hex = (bytes: number) =>
  z
    .string()
    .regex(/^([0-9a-fA-F]{2})*$/, 'is no hexBinary')
    .transform((text) => text.toUpperCase())
    .refine((text) => text.length <= 2 * bytes, `has more than ${bytes} bytes`)

/** Exactly so many bytes. */
export const hexOf = (bytes: number) => hex(bytes).refine((text) => text.length === 2 * bytes, `does not have ${bytes} bytes`)

export const mRID = hex(16).refine((text) => text !== '', 'is empty')
export const lfdi = hexOf(20)

export const words = (length: number) => z.string().max(length, `has more than ${length} characters`)
export const uri = z.string().min(1, 'is empty').max(2_000, 'has more than 2000 characters')
export const boolean = z
  .string()
  .regex(/^(true|false|0|1)$/, 'is neither true nor false')
  .transform((text) => text === 'true' || text === '1')

/** An element that may stand several times, or not at all. */
export const many = <T extends z.ZodType>(element: T, most: number) =>
  z
    .unknown()
    .optional()
    .transform((tree) => (tree === undefined ? [] : Array.isArray(tree) ? tree : [tree]))
    .pipe(z.array(element).max(most, `stands more than ${most} times`))

/** A sequence of named elements in the order of the schema; one that is not named is refused. Without children it reads as empty text. */
export const sequence = <S extends z.ZodRawShape>(shape: S) =>
  z.preprocess((tree) => (tree === '' || tree === undefined ? {} : tree), z.strictObject(shape))

/** An optional sequence. */
export const maybe = <S extends z.ZodRawShape>(shape: S) => z.strictObject(shape).optional()

export const interval = { duration: uint32, start: time }
