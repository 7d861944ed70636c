const things = ['boiler', 'ledger', 'parcel', 'mailbox', 'invoice', 'scanner', 'voucher', 'kiosk']
const more = ['printer', 'turbine', 'courier', 'archive', 'basket', 'gateway', 'locker', 'tariff']
const mishaps = [
  'vanished',
  'overflowed',
  'rusted',
  'jammed',
  'melted',
  'exploded',
  'froze',
  'sank',
]
const places = ['upstairs', 'downtown', 'abroad', 'indoors', 'overnight']

/** Texts of different problems: no text is a part of another, and each is a problem of its own. At most 640. */
export function problems(count: number): readonly string[] {
  const all = places.flatMap((place) =>
    mishaps.flatMap((mishap) =>
      [...things, ...more].map((thing) => `the ${thing} ${mishap} ${place}`),
    ),
  )
  if (count > all.length) throw new RangeError(`Expected at most ${all.length}, got ${count}`)
  return all.slice(0, count)
}
