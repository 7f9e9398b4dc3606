/** The parts of names. All people are fictitious. */

export const GIVEN_NAMES: readonly string[] = `
  Anna Ben Carla David Elena Farid Grace Hiro Ines Jonas Karin Łukasz Mária Niels Olga Pedro Rosa Søren Tânia Umar Vera
  Wojciech Yara Zoë Aïcha Björn Chloé Дмитрий Émile Fatma Gül Håkon João Kateřina Thảo Đorđe Mei-Ling Jean-Pierre 美咲
  민준 Αλέξης Siân Nuño Ömer Priya Raúl`
  .trim()
  .split(/\s+/);

export const SURNAMES: readonly string[] = `
  Smith Müller Nowak Dubois García López Rossi Ångström Sørensen O'Brien D'Arcy Nguyễn Yılmaz Şahin Đorđević Novák
  Иванов Schmidt Weiß Größe Fernández MacDonald McKenzie Lindqvist Virtanen Žukauskas Čapek Ødegård 田中 김 李 Παππάς
  Haddad Okafor Mbeki Patel Bakker de_la_Cruz van_der_Berg Lund`
  .trim()
  .split(/\s+/)
  .map(name => name.replaceAll('_', ' '));

export const DEPARTMENTS: readonly string[] = [
  'Engineering',
  'Sales',
  'Finance',
  'Legal',
  'Support',
  'Research',
  'Logistics',
  'Security',
  'Größe & Gewicht',
];

export const GROUP_WORDS: readonly string[] = ['Team', 'Project', 'Access', 'List', 'Role'];
