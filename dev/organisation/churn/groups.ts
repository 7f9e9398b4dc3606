/** The changes of the churn that concern groups: renames, moves, deletions and conflicts of names. */
import { member } from '../generate/group.ts';
import { privacyAttributes } from '../model/entries.ts';
import { type Group, placeAt } from '../model/model.ts';
import { deleteEntry, type Operation, relocate, replaceValues } from '../write/operations.ts';
import { createGroup, type Event, FEW, outsiders, SOME, takeGroup, type World } from './world.ts';

function rename(world: World, group: Group, cn: string): Operation[] {
  return relocate(world.organisation, group, () => {
    group.cn = cn;
  });
}

function move(world: World, group: Group, path: string): Operation[] {
  return relocate(world.organisation, group, () => {
    group.place = placeAt(world.organisation, path);
  });
}

/** Groups are renamed: to free names, to each other's names, and to taken names (A16 to A19). */
export function* renames(world: World): Generator<Event> {
  const held = takeGroup(world, { size: FEW, held: true });
  yield {
    title: 'a nested group is renamed (A16)',
    operations: rename(world, held, 'Renamed, "Ø" + 1'),
  };

  const [one, other] = [
    takeGroup(world, { size: SOME, path: 'Groups' }),
    takeGroup(world, { size: SOME, path: 'Groups' }),
  ];
  const [oneName, otherName] = [one.cn, other.cn];
  yield {
    title: 'two groups swap their names (A18)',
    operations: [
      ...rename(world, one, 'between two names'),
      ...rename(world, other, oneName),
      ...rename(world, one, otherName),
    ],
  };

  const [wanting, owner] = [
    takeGroup(world, { size: SOME, path: 'Groups' }),
    takeGroup(world, { size: SOME, path: 'Groups/Elsewhere' }),
  ];
  yield {
    title: 'a group takes a name that another one has (A17)',
    operations: rename(world, wanting, owner.cn),
  };
  yield {
    title: 'the owner of that name is renamed',
    operations: rename(world, owner, 'gave its name away'),
  };
}

/** A new group takes the name that a renamed one had. */
export function* successions(world: World): Generator<Event> {
  const renamed = takeGroup(world, { size: SOME, path: 'Groups' });
  const cn = renamed.cn;
  const operations = rename(world, renamed, 'made room');
  const members = outsiders(world, renamed, 3);
  const { operation } = createGroup(world, { cn, path: 'Groups', members });
  yield {
    title: 'a group is renamed and a new one takes its name (A19)',
    operations: [...operations, operation],
  };
}

/** Groups move: within the mapped units, out of them, and back. */
export function* moves(world: World): Generator<Event> {
  const within = takeGroup(world, { size: SOME, path: 'Groups' });
  yield {
    title: 'a group moves within its mapping (B1)',
    operations: move(world, within, 'Groups/Elsewhere'),
  };
  const away = takeGroup(world, { size: FEW, path: 'Groups' });
  yield { title: 'a group moves out of scope (B2)', operations: move(world, away, 'Archive') };
  yield { title: 'it comes back (B3)', operations: move(world, away, 'Groups') };
}

/** An attribute puts a group out of its mapping, and back. */
export function* filtering(world: World): Generator<Event> {
  const group = takeGroup(world, { size: FEW, shape: 'groupOfNames' });
  group.private = true;
  const hide = replaceValues(world.organisation, group, privacyAttributes(world.organisation, group));
  yield { title: 'a group no longer matches its mapping (B2)', operations: [hide] };
  group.private = false;
  const show = replaceValues(world.organisation, group, privacyAttributes(world.organisation, group));
  yield { title: 'the group matches its mapping again', operations: [show] };
}

/** Groups are deleted; one is created again under the same DN, and is not the same group (B4). */
export function* deletions(world: World): Generator<Event> {
  const { organisation } = world;
  const small = () => takeGroup(world, { size: FEW, path: 'Groups' });
  yield { title: 'a group is deleted (B2)', operations: [deleteEntry(organisation, small())] };

  const first = small();
  const operations = [deleteEntry(organisation, first)];
  const members = outsiders(world, first, 3);
  operations.push(createGroup(world, { cn: first.cn, path: 'Groups', members }).operation);
  yield { title: 'a group is deleted and created again under the same DN (B4)', operations };
}

/** New groups whose name is taken, or that two of them have (A12, A13). Then one of these is renamed. */
export function* conflicts(world: World): Generator<Event> {
  const { organisation } = world;
  const owner = takeGroup(world, { size: SOME, path: 'Groups/Elsewhere' });
  const members = outsiders(world, owner, 2);
  const late = createGroup(world, { cn: owner.cn, path: 'Groups', members });
  yield { title: 'a new group has a name that is taken (A12)', operations: [late.operation] };
  yield { title: 'it goes away again', operations: [deleteEntry(organisation, late.group)] };

  const [one, other] = ['Groups', 'Groups/Elsewhere'].map(path =>
    createGroup(world, { cn: 'wanted by two', path, members }),
  );
  if (one === undefined || other === undefined) return;
  yield { title: 'two new groups have one name (A13)', operations: [one.operation, other.operation] };
  yield { title: 'one of them is renamed', operations: rename(world, one.group, 'gave way') };
}

/** A new group contains others and is contained in one. */
export function* arrivals(world: World): Generator<Event> {
  const held = takeGroup(world, { size: FEW });
  const { operation } = createGroup(world, {
    cn: 'Ne\u0301w  group',
    path: 'Groups/Teams/Platform',
    members: [member(held), ...outsiders(world, held, 2)],
    shape: 'groupOfUniqueNames',
  });
  yield { title: 'a new group holds another one', operations: [operation] };
}
