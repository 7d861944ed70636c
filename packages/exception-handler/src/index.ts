export type { Locale } from './answer/default-texts.ts'
