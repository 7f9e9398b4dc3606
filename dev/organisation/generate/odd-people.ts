/** One of each oddity of real directories, present in every size. */
export interface OddPerson {
  /** The generator's name for this person; also the username, unless `usernames` is given. */
  readonly name: string;
  readonly cn: string;
  readonly usernames?: readonly string[];
  /** Default: the first username. null: none, or ambiguous. */
  readonly local?: string | null;
  readonly rdn?: 'uid' | 'cn' | 'cn+employeeNumber';
  readonly mailboxes?: readonly string[];
  readonly disabled?: boolean;
  readonly path?: string;
}

const ODD_NAMES: readonly OddPerson[] = [
  { name: 'q.comma', cn: 'Doe, John' },
  { name: 'q.plus', cn: 'A+B Partner' },
  { name: 'q.hash', cn: '#hash lead' },
  { name: 'q.midhash', cn: 'mid#hash' },
  { name: 'q.quote', cn: 'Say "hi"' },
  { name: 'q.backslash', cn: 'Back\\slash' },
  { name: 'q.endslash', cn: 'ends in a backslash\\' },
  { name: 'q.lead', cn: ' lead space' },
  { name: 'q.trail', cn: 'trail space ' },
  { name: 'q.spaces', cn: 'two  inner   spaces' },
  { name: 'q.semi', cn: 'semi;colon' },
  { name: 'q.angle', cn: '<angle>' },
  { name: 'q.equal', cn: 'eq=ual' },
  { name: 'q.slash', cn: 'a/b' },
  { name: 'q.star', cn: 'star*(paren)' },
  { name: 'q.all', cn: ' #,+"\\<>;= ' },
  { name: 'q.nonascii', cn: 'Zoë Ångström-Łuć' },
  { name: 'q.cjk', cn: '李小龍', path: 'People/東京' },
  { name: 'q.cyrillic', cn: 'Дмитрий Иванов', path: 'People/Kraków' },
  { name: 'q.emoji', cn: 'Uni 🦄 Corn' },
  { name: 'q.rtl', cn: 'محمد علي' },
  { name: 'q.nfc', cn: 'Amélie Noël' },
  { name: 'q.nfd', cn: 'Rene\u0301 Cafe\u0301' },
  { name: 'q.eszett', cn: 'Straße Groß' },
  { name: 'q.turkish', cn: 'İpek Iğdır ı' },
  { name: 'q.long', cn: `Long ${'name '.repeat(38)}end` },
  { name: 'q.comma2', cn: 'Roe, Jane', path: 'People/Lab, East + West' },
  { name: 'q.multi', cn: 'Multi, Valued', rdn: 'cn+employeeNumber' },
  { name: 'q.same1', cn: 'John Smith', path: 'People/Kraków' },
  { name: 'q.same2', cn: 'John Smith', path: 'People/東京' },
];

const ODD_ACCOUNTS: readonly OddPerson[] = [
  { name: "q.o'brien", cn: "Pat O'Brien", rdn: 'uid' },
  { name: 'q.two', cn: 'Two Uid', usernames: ['q.two', 'q.second'], rdn: 'uid' },
  { name: 'q.nomail', cn: 'No Mail', mailboxes: [] },
  { name: 'q.threemail', cn: 'Three Mail', mailboxes: ['three1', 'three2', 'three3'] },
  { name: 'nameless', cn: 'No Username', usernames: [], local: null },
  { name: 'Q.MixedCase', cn: 'Mixed Case', rdn: 'uid', local: 'q.mixedcase' },
  { name: 'q.lower', cn: 'Lower Case', rdn: 'uid', local: 'Q.Lower' },
  { name: 'Q.TWINS', cn: 'Which Twin', rdn: 'uid', local: null },
  { name: 'q.stranger', cn: 'Not Here Yet', rdn: 'uid', local: null },
  { name: 'q.disabled', cn: 'Disabled Person', disabled: true },
  { name: 'q.inactive', cn: 'Inactive Here', rdn: 'uid' },
  { name: 'q.outside', cn: 'Outside The Scope', rdn: 'uid', path: 'Contractors' },
];

/** The odd people: odd names first, then odd accounts. */
export const ODD_PEOPLE: readonly OddPerson[] = [...ODD_NAMES, ...ODD_ACCOUNTS];
