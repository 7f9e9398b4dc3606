/** Creates certificates for tests on demand, so that no private key is in the repository. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { BerWriter } from 'ldapts';
import type { Folder } from './config.ts';

/** A private key and certificate in PEM format. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** The contents of a certificate (RFC 5280 section 4.1). */
export interface CertificateContents {
  /** The common name. */
  readonly name: string;
  /** The host names and IPv4 addresses that it is valid for. */
  readonly hosts?: readonly string[];
  readonly from?: Date;
  readonly until?: Date;
}

export interface Authority extends Identity {
  issue(claims: CertificateContents): Identity;
}

interface Signer {
  readonly name: string;
  readonly key: KeyObject;
}

const DAY_MS = 86_400_000;
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const COMMON_NAME = '2.5.4.3';
const SUBJECT_ALT_NAME = '2.5.29.17';
const BASIC_CONSTRAINTS = '2.5.29.19';

export function createAuthority(name = 'Test authority'): Authority {
  const { publicKey, privateKey } = newKeys();
  const signer = { name, key: privateKey };
  return {
    cert: certificate({ name }, publicKey, signer, true),
    key: pemOf(privateKey),
    issue: claims => {
      const own = newKeys();
      return { cert: certificate(claims, own.publicKey, signer, false), key: pemOf(own.privateKey) };
    },
  };
}

/** Creates a certificate that is its own and only authority. */
export function selfSigned(claims: CertificateContents): Identity {
  const { publicKey, privateKey } = newKeys();
  const cert = certificate(claims, publicKey, { name: claims.name, key: privateKey }, false);
  return { cert, key: pemOf(privateKey) };
}

/** Writes both PEM files into a folder and returns their paths. */
export async function writeIdentity(
  folder: Folder,
  name: string,
  { cert, key }: Identity,
): Promise<{ certFile: string; keyFile: string }> {
  const certFile = await folder.write(`${name}.pem`, cert);
  const keyFile = await folder.write(`${name}.key`, key);
  return { certFile, keyFile };
}

function newKeys() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function pemOf(key: KeyObject): string {
  return String(key.export({ type: 'pkcs8', format: 'pem' }));
}

function certificate(
  claims: CertificateContents,
  subjectKey: KeyObject,
  signer: Signer,
  isAuthority: boolean,
): string {
  const content = der(writer => writeContent(writer, claims, subjectKey, signer, isAuthority));
  const signature = sign('sha256', content, signer.key);
  const whole = der(writer =>
    sequence(writer, () => {
      raw(writer, content);
      writeAlgorithm(writer);
      writer.writeBuffer(Buffer.concat([Buffer.of(0), signature]), 0x03);
    }),
  );
  const lines = whole.toString('base64').replaceAll(/.{64}(?!$)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function writeContent(
  writer: BerWriter,
  {
    name,
    hosts = [],
    from = new Date(Date.now() - DAY_MS),
    until = new Date(Date.now() + DAY_MS),
  }: CertificateContents,
  subjectKey: KeyObject,
  signer: Signer,
  isAuthority: boolean,
): void {
  sequence(writer, () => {
    sequence(writer, () => writer.writeInt(2), 0xa0);
    writer.writeInt(Math.floor(Math.random() * 2 ** 30) + 1);
    writeAlgorithm(writer);
    writeName(writer, signer.name);
    sequence(writer, () => {
      writer.writeString(utcTime(from), 0x17);
      writer.writeString(utcTime(until), 0x17);
    });
    writeName(writer, name);
    raw(writer, subjectKey.export({ type: 'spki', format: 'der' }));
    const extensions = () => {
      if (isAuthority) extension(writer, BASIC_CONSTRAINTS, der(authorityFlag));
      if (hosts.length > 0)
        extension(
          writer,
          SUBJECT_ALT_NAME,
          der(names => writeHosts(names, hosts)),
        );
    };
    if (isAuthority || hosts.length > 0) sequence(writer, () => sequence(writer, extensions), 0xa3);
  });
}

function authorityFlag(writer: BerWriter): void {
  sequence(writer, () => writer.writeBoolean(true));
}

function writeHosts(writer: BerWriter, hosts: readonly string[]): void {
  sequence(writer, () => {
    for (const host of hosts) {
      if (isIPv4(host)) writer.writeBuffer(Buffer.from(host.split('.').map(Number)), 0x87);
      else writer.writeString(host, 0x82);
    }
  });
}

function extension(writer: BerWriter, oid: string, value: Buffer): void {
  sequence(writer, () => {
    writer.writeOID(oid);
    writer.writeBuffer(value, 0x04);
  });
}

function writeAlgorithm(writer: BerWriter): void {
  sequence(writer, () => writer.writeOID(ECDSA_WITH_SHA256));
}

function writeName(writer: BerWriter, name: string): void {
  const attribute = () => {
    writer.writeOID(COMMON_NAME);
    writer.writeString(name, 0x0c);
  };
  sequence(writer, () => sequence(writer, () => sequence(writer, attribute), 0x31));
}

/** RFC 5280 section 4.1.2.5.1. */
function utcTime(at: Date): string {
  return `${at.toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`;
}

function sequence(writer: BerWriter, content: () => void, tag = 0x30): void {
  writer.startSequence(tag);
  content();
  writer.endSequence();
}

function raw(writer: BerWriter, bytes: Buffer): void {
  for (const byte of bytes) writer.writeByte(byte);
}

function der(write: (writer: BerWriter) => void): Buffer {
  const writer = new BerWriter();
  write(writer);
  return writer.buffer;
}
