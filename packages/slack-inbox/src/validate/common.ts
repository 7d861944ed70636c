import { maxBlockId } from './block-limits.ts'
import { string } from './shape.ts'
import type { Properties } from './shape.ts'

/** What every block may have. */
export const common: Properties = { block_id: string({ min: 1, max: maxBlockId }) }
