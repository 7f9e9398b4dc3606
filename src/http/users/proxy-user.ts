/**
 * Sign-in by a trusted reverse proxy: its headers name the user and the user's groups. Any client can send the same headers, so
 * only requests from the addresses of the proxy are read, and a request that could have two meanings is refused.
 */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { TokenSettings, TrustedProxySettings } from '../../model/sign-in/settings.ts';
import { printable } from '../../text/printable.ts';
import type { Caller } from '../protocol/auth.ts';
import { Problem } from '../protocol/problems.ts';
import { mistakeOf, roleOf } from './user.ts';

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Returns a function that finds the user of a request: null without a user, or from another address. A Problem: the proxy sent
 * a user who cannot sign in. Users with the name of a token are refused, because the audit could not distinguish them.
 */
export function userFinder(
  settingsNow: () => TrustedProxySettings | undefined,
  tokens: () => readonly Pick<TokenSettings, 'name'>[],
): (request: IncomingMessage) => Caller | Problem | null {
  let settings = settingsNow();
  let isProxy = addressCheck(settings?.addresses ?? []);
  return request => {
    if (settings !== settingsNow()) {
      settings = settingsNow();
      isProxy = addressCheck(settings?.addresses ?? []);
    }
    if (settings === undefined || !isProxy(request.socket.remoteAddress)) return null;
    const [user, ...otherUsers] = valuesOf(request, settings.userHeader);
    if (user === undefined) return null;
    const [groups = '', ...otherGroups] = valuesOf(request, settings.groupsHeader);
    if (otherUsers.length > 0) return invalid(settings.userHeader, 'occurs more than once');
    if (otherGroups.length > 0) return invalid(settings.groupsHeader, 'occurs more than once');
    const [name, list] = [textOf(user), textOf(groups)];
    if (name === undefined) return invalid(settings.userHeader, NOT_TEXT);
    if (list === undefined) return invalid(settings.groupsHeader, NOT_TEXT);
    const mistake = mistakeOf(name, tokens());
    if (mistake !== undefined) return invalid(settings.userHeader, mistake);
    const role = roleOf(groupsOf(list, settings.separator), settings.roles);
    return role === undefined ? noRole(name) : { name, role, signIn: 'proxy' };
  };
}

/** Returns a function that finds an address in the list. An IPv4 address may be written as IPv6 (::ffff:10.0.0.1). */
function addressCheck(addresses: readonly string[]): (address: string | undefined) => boolean {
  const list = new BlockList();
  for (const each of addresses) {
    const [address = '', prefix] = each.split('/');
    const family = familyOf(address);
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return address => address !== undefined && list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

/** The values of all headers with exactly this name: Node.js joins or drops repeated headers elsewhere. */
function valuesOf({ rawHeaders }: IncomingMessage, name: string): string[] {
  const wanted = name.toLowerCase();
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === wanted);
}

/** The value as UTF-8, because Node.js decodes each byte as one character. undefined: it is not visible text. */
function textOf(value: string): string | undefined {
  try {
    const text = UTF_8.decode(Buffer.from(value, 'latin1'));
    return printable(text) === text ? text : undefined;
  } catch {
    return undefined;
  }
}

const NOT_TEXT = 'is not UTF-8, or contains control characters or invisible characters';

function groupsOf(list: string, separator: string): string[] {
  return list.split(separator).map(group => group.trim());
}

/** The answer never contains the value, because it may not be text. */
function invalid(header: string, mistake: string): Problem {
  const detail = `The sign-in by the proxy is not valid: the header ${header} ${mistake}. Correct the user's name, or the configuration of the proxy (http.trustedProxy).`;
  return new Problem('invalid_user', detail);
}

function noRole(name: string): Problem {
  const detail = `You are signed in as ${JSON.stringify(name)}, but none of your groups has a role in Rollcall. Ask an administrator to add you to a group under http.trustedProxy.roles.`;
  return new Problem('role_required', detail);
}
