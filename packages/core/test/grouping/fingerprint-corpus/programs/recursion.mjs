function walk(depth) {
  if (depth === 0) throw new RangeError(`node ${id(depth)} is a leaf`)
  return walk(depth - 1)
}
function even(depth) {
  if (depth === 0) throw new RangeError(`nothing left of ${id(1)}`)
  return odd(depth - 1)
}
function odd(depth) {
  return even(depth - 1)
}
for (const [statement, recurse, depth] of [
  ['walk', walk, 3],
  ['walk', walk, 6],
  ['walk', walk, 60],
  ['even', even, 4],
  ['even', even, 40],
]) {
  try {
    recurse(depth)
  } catch (error) {
    report(statement, `${String(depth)} deep`, error)
  }
}
