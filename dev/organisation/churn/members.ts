/** The changes of the churn that concern the members of groups. */
import { member, placeholder } from '../generate/group.ts';
import { changeMembers, setMembers } from '../write/operations.ts';
import { type Event, FEW, outsiders, SOME, takeGroup, type World } from './world.ts';

/** People join and leave groups of every kind. */
export function* joinAndLeave(world: World): Generator<Event> {
  const { organisation, random } = world;
  for (const shape of ['groupOfNames', 'groupOfUniqueNames', 'posixGroup'] as const) {
    const group = takeGroup(world, { size: SOME, shape });
    const added = outsiders(world, group, 3);
    yield { title: `people join a ${shape}`, operations: [changeMembers(organisation, group, { added })] };
    const people = group.members.filter(({ to }) => to.kind === 'person');
    const gone = random.sample(people, 2);
    yield { title: `people leave a ${shape}`, operations: [changeMembers(organisation, group, { gone })] };
  }
}

/** Member values get another spelling, which changes no membership. */
export function* spellOtherwise(world: World): Generator<Event> {
  const group = takeGroup(world, { size: SOME, shape: 'groupOfNames' });
  const gone = group.members.filter(({ to, spelling }) => to.kind === 'person' && spelling === 'plain');
  const added = gone.map(({ to }) => ({ to, spelling: 'upper' as const }));
  yield {
    title: 'member values are written in upper case (C25)',
    operations: [changeMembers(world.organisation, group, { gone, added })],
  };
}

/** Groups start and stop to contain each other. */
export function* nest(world: World): Generator<Event> {
  const { organisation } = world;
  const holder = takeGroup(world, { size: SOME, shape: 'groupOfNames' });
  const held = takeGroup(world, { size: FEW, shape: 'groupOfNames' });
  const link = member(held);
  const hold = changeMembers(organisation, holder, { added: [link] });
  yield { title: 'a group comes to hold another (C21)', operations: [hold] };
  const close = changeMembers(organisation, held, { added: [member(holder)] });
  yield { title: 'the held group holds its holder (F47)', operations: [close] };
  const release = changeMembers(organisation, holder, { gone: [link] });
  yield { title: 'the holder lets go', operations: [release] };
}

/** Small groups lose all their members, each in the way of its kind, and one gets them back. */
export function* emptied(world: World): Generator<Event> {
  const { organisation } = world;
  const named = takeGroup(world, { size: FEW, shape: 'groupOfNames' });
  const posix = takeGroup(world, { size: FEW, shape: 'posixGroup' });
  const before = named.members;
  yield {
    title: 'a group is emptied down to the placeholder (F51)',
    operations: [setMembers(organisation, named, [placeholder(organisation)])],
  };
  yield { title: 'a group is emptied (F51)', operations: [setMembers(organisation, posix, [])] };
  const refill = setMembers(organisation, named, before);
  yield { title: 'an emptied group gets its members back', operations: [refill] };
}

/** Several groups change in one step. */
export function* manyAtOnce(world: World): Generator<Event> {
  const operations = Array.from({ length: 4 }, () => {
    const group = takeGroup(world, { size: SOME });
    const [gone, added] = [group.members.slice(0, 1), outsiders(world, group, 5)];
    return changeMembers(world.organisation, group, { gone, added });
  });
  yield { title: 'many groups change at once', operations };
}
