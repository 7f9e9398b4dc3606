/** The organizational units of a generated organisation. */
import type { Place } from '../model/model.ts';

/** The units of the regular people, with their number and naming attribute. */
export const SITES = [
  { path: 'People/Berlin', weight: 40, rdn: 'uid' },
  { path: 'People/Paris', weight: 25, rdn: 'uid' },
  { path: 'People/Kraków', weight: 15, rdn: 'cn' },
  { path: 'People/Lab, East + West', weight: 10, rdn: 'uid' },
  { path: 'People/東京', weight: 10, rdn: 'cn' },
] as const;

/** The units of the regular groups, with their number. */
export const GROUP_PLACES = [
  ['Groups', 50],
  ['Groups/Elsewhere', 10],
  ['Groups/Teams', 12],
  ['Groups/Teams/Platform', 6],
  ['Groups/Berlin', 10],
  ['Groups/Paris', 8],
  ['Groups/Lab, East + West', 4],
] as const;

const PATHS = [
  'People',
  ...SITES.map(site => site.path),
  'People/Odd',
  'Groups',
  ...GROUP_PLACES.slice(1).map(([path]) => path),
  'Groups/Odd',
  'Archive',
  'Devices',
  'Contractors',
];

/** Every organizational unit by its path, parents first. `Archive`, `Devices` and `Contractors` are out of scope. */
export function buildPlaces(): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const path of PATHS) {
    const cut = path.lastIndexOf('/');
    places.set(path, { name: path.slice(cut + 1), parent: places.get(path.slice(0, Math.max(0, cut))) });
  }
  return places;
}
