/** Whether all rows of the matrices are to be run, as `npm run matrix` does, and not a sample. */
export const isFull: boolean = process.env['MATRIX'] === 'full'
