/** Shifts the wall clock of a process by `CLOCK_SHIFT_MS`, and again whenever `shiftClock` is called. */
let shiftMs = Number(process.env.CLOCK_SHIFT_MS)
const { now } = Date
Date.now = () => now() + shiftMs
globalThis.shiftClock = (ms) => (shiftMs += ms)
