export { type Ldif, type Slapd, type SlapdOptions, startSlapd } from '../../dev/embedded/slapd.ts';
