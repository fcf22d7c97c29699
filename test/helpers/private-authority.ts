import forge from 'node-forge';

/** A certificate of a server, and that of the authority that vouches for it, PEM. */
export interface IssuedCertificate {
  readonly certificate: string;
  readonly privateKey: string;
  readonly authority: string;
}

/** Costly, and the same for all: an authority is told by its name. */
let authorityKeys: forge.pki.rsa.KeyPair | undefined;

/** Makes a certificate authority for tests and lets it issue a certificate for the hosts, good for 30 days. */
export function issueCertificate(
  hosts: readonly string[],
  {
    commonName = 'sgid test server',
    usage = 'serverAuth',
    bits = 2048,
  }: { commonName?: string; usage?: string; bits?: number } = {},
): IssuedCertificate {
  authorityKeys ??= makeKeys(2048);
  const authority = authorityKeys;
  const server = makeKeys(bits);
  const root = makeCertificate(
    `sgid test authority ${forge.util.bytesToHex(forge.random.getBytesSync(4))}`,
    authority.publicKey,
    inDays(60),
    [
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', keyCertSign: true },
    ],
  );
  root.setIssuer(root.subject.attributes);
  root.sign(authority.privateKey, forge.md.sha256.create());
  const leaf = makeCertificate(commonName, server.publicKey, inDays(30), [
    { name: 'basicConstraints', cA: false },
    { name: 'extKeyUsage', [usage]: true },
    { name: 'subjectAltName', altNames: hosts.map(toAltName) },
  ]);
  leaf.setIssuer(root.subject.attributes);
  leaf.sign(authority.privateKey, forge.md.sha256.create());
  return {
    certificate: forge.pki.certificateToPem(leaf),
    privateKey: forge.pki.privateKeyToPem(server.privateKey),
    authority: forge.pki.certificateToPem(root),
  };
}

/** So many days from now. */
export function inDays(days: number): Date {
  return new Date(Date.now() + days * 24 * 60 * 60 * 1000);
}

/** With Node's own generator underneath. */
function makeKeys(bits: number): forge.pki.rsa.KeyPair {
  return forge.pki.rsa.generateKeyPair({ bits });
}

function makeCertificate(
  commonName: string,
  publicKey: forge.pki.PublicKey,
  notAfter: Date,
  extensions: readonly object[],
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  certificate.serialNumber = `01${forge.util.bytesToHex(forge.random.getBytesSync(15))}`;
  certificate.validity.notBefore = inDays(-60);
  certificate.validity.notAfter = notAfter;
  certificate.setSubject([{ name: 'commonName', value: commonName }]);
  certificate.setExtensions([...extensions]);
  return certificate;
}

function toAltName(host: string): object {
  return /^[\d.]+$|:/.test(host) ? { type: 7, ip: host } : { type: 2, value: host };
}
