class ImportError extends Error {
  name = 'ImportError'
}
function readRow(row) {
  if (row === '') throw new RangeError(`row ${id(1)} is empty`)
  return JSON.parse(row).amount.toFixed(2)
}
async function importRows(rows) {
  await Promise.resolve()
  try {
    return rows.map(readRow)
  } catch (cause) {
    throw new ImportError(`import ${id(2)} of ${name(2)} failed`, { cause })
  }
}
const give = (way) => (error) => report('import', way, error)
importRows(['']).catch(give('after await'))
importRows(['{}']).catch(give('after await'))
importRows([`{ "amount": ${id(3)}`]).catch(give('after await'))
setTimeout(() => importRows([`{ "amount": null }`]).catch(give('timer')), 1)
setTimeout(() => importRows([`"${name(4)}`]).catch(give('timer')), 1)
