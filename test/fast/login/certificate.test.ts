import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import forge from 'node-forge';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createSelfSignedCertificate,
  findCertificateFault,
  fingerprintOf,
} from '../../../src/keys/certificate.ts';
import {
  type CallbackCertificate,
  type CertificateFiles,
  openCallbackCertificate,
} from '../../../src/login/certificate.ts';
import { systemClock } from '../../../src/system/clock.ts';
import { systemFiles } from '../../../src/system/files.ts';
import { openPrivateFolder, type PrivateFolder } from '../../../src/system/private-folder.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { type IssuedCertificate, inDays, issueCertificate } from '../../helpers/private-authority.ts';
import { makeTemporaryFolder, writeTemporaryFile } from '../../helpers/temporary-folder.ts';

interface Setting {
  readonly hostname?: string;
  readonly given?: CertificateFiles;
  readonly configFolder?: PrivateFolder | undefined;
  readonly now?: Date;
}

function open({ hostname = 'localhost', given, configFolder, now = new Date() }: Setting) {
  const clock = { ...systemClock, now: () => now.getTime() };
  return openCallbackCertificate(hostname, given, { files: systemFiles, configFolder, clock });
}

describe('the certificate of --tls-cert and --tls-key', () => {
  let issued: IssuedCertificate;
  beforeAll(() => {
    issued = issueCertificate(['localhost']);
  });

  const fixture = (name: string): string =>
    readFileSync(new URL(`../../fixtures/keys/${name}`, import.meta.url), 'utf8');
  const encrypt = (pem: string): string =>
    forge.pki.encryptRsaPrivateKey(forge.pki.privateKeyFromPem(pem), 'test passphrase');
  const write = async (pair: Partial<IssuedCertificate> = {}): Promise<CertificateFiles> => ({
    certificate: await writeTemporaryFile('cert.pem', pair.certificate ?? issued.certificate),
    privateKey: await writeTemporaryFile('key.pem', pair.privateKey ?? issued.privateKey),
  });

  it('gives what the files hold, a chain included', async () => {
    const certificate = issued.certificate + issued.authority;
    const tls = { certificate, privateKey: issued.privateKey };
    expect(await open({ given: await write({ certificate }) })).toEqual({ tls, warnings: [] });
  });

  it('warns of a key that others can read', async () => {
    const given = await write();
    await chmod(given.privateKey, 0o644);
    const warnings = [expect.stringContaining('run: chmod 600')];
    expect(await open({ given })).toMatchObject({ warnings });
  });

  const forClients = () => issueCertificate(['localhost'], { usage: 'clientAuth' });
  const locked = () => ({ privateKey: fixture('rsa-2048.pkcs8-encrypted.pem') });
  const weak = () => issueCertificate(['localhost'], { bits: 512 });

  it.each<[string, string, () => Partial<IssuedCertificate>, Setting?]>([
    ['another host', 'cert.pem is not for app.test', () => issued, { hostname: 'app.test' }],
    ['the past', 'cert.pem has expired', () => issued, { now: inDays(31) }],
    ['the future', 'cert.pem is not valid yet', () => issued, { now: inDays(-61) }],
    ['clients', 'cert.pem is not for servers', forClients],
    ['nothing: it is the key', 'holds no certificate in PEM', () => ({ certificate: issued.privateKey })],
    ['nothing: it is cut short', 'no certificate', () => ({ certificate: issued.certificate.slice(0, 400) })],
    [
      'another key',
      'key.pem is not the key',
      () => ({ privateKey: issueCertificate(['x.test']).privateKey }),
    ],
    ['an EC key', 'key.pem is not the key of the certificate', () => ({ privateKey: fixture('ec.pem') })],
    ['a key that is itself', 'holds no private key in PEM', () => ({ privateKey: issued.certificate })],
    ['a key in DER', 'holds no private key in PEM', () => ({ privateKey: fixture('rsa-2048.pkcs8.der') })],
    ['a PKCS#8 key that is encrypted', 'key.pem is encrypted', locked],
    ['a key that is encrypted', 'key.pem is encrypted', () => ({ privateKey: encrypt(issued.privateKey) })],
    ['a key that OpenSSL does not serve', 'too weak', weak],
  ])('refuses a certificate for %s', async (_name, words, make, setting = {}) => {
    const given = await write(make());
    const { code, step, message, hint } = await errorOf(() => open({ ...setting, given }));
    expect({ code, step }).toEqual({ code: 'ERR_CERTIFICATE', step: 'config' });
    expect(message).toContain(words);
    expect(message).toMatch(/^--tls-(cert: \S+cert|key: \S+key)\.pem /);
    expect(hint).toMatch(/; or omit --tls-cert and --tls-key/);
    expect(message + hint).not.toContain(issued.privateKey.split('\n')[1]?.trim());
  });

  it('names the file in the command that turns DER into PEM', async () => {
    const given = await write({ certificate: 'x' });
    const { hint } = await errorOf(() => open({ given }));
    expect(hint).toContain(`-in ${given.certificate} -out`);
  });

  it.each([
    ['certificate', '--tls-cert'],
    ['privateKey', '--tls-key'],
  ])('names a missing file: %s', async (name, option) => {
    const given = { ...(await write()), [name]: '/none.pem' };
    const message = `${option}: the file /none.pem does not exist`;
    expect(await errorOf(() => open({ given }))).toMatchObject({ code: 'ERR_FILE', step: 'config', message });
  });
});

const NOW = new Date('2026-03-01T12:00:00Z');
const later = (days: number): Date => new Date(NOW.getTime() + days * 24 * 60 * 60 * 1000);

const makeFolder = async (): Promise<PrivateFolder> =>
  openPrivateFolder(join(await makeTemporaryFolder(), 'sgid'));
const openIn = (configFolder: PrivateFolder | undefined, now = NOW, hostname = 'localhost') =>
  open({ hostname, configFolder, now });

const namesOf = ({ tls }: CallbackCertificate) => new X509Certificate(tls.certificate).subjectAltName;
const LOOPBACK_NAMES = 'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1';

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe('a self-signed certificate that is kept', () => {
  it('is made once, and kept with its key in a file of this person alone', async () => {
    const folder = await makeFolder();
    const made = await openIn(folder);
    const path = join(folder.path, 'callback.crt');
    expect(made.instructions).toContain(`import ${path} as a trusted certificate`);
    const fingerprint = fingerprintOf(made.tls.certificate);
    expect(made.instructions).toContain(`\n  ${fingerprint.slice(0, 48)}\n  ${fingerprint.slice(48)}\n`);
    expect(made.warnings).toEqual([]);
    expect(namesOf(made)).toBe(LOOPBACK_NAMES);
    expect(await openIn(folder, later(1), '[::1]')).toEqual(made);
    expect((await readdir(folder.path)).sort()).toEqual(['callback.crt', 'callback.pem']);
    expect(await modeOf(folder.path)).toBe(0o700);
    expect(await modeOf(join(folder.path, 'callback.pem'))).toBe(0o600);
    // Without its key.
    expect(await readFile(path, 'utf8')).toBe(made.tls.certificate);
  });

  it('is not written again', async () => {
    const folder = await makeFolder();
    const made = await openIn(folder);
    const writes: string[] = [];
    const write: PrivateFolder['write'] = async (name) => {
      writes.push(name);
      throw new Error('nothing is to be written');
    };
    expect(await openIn({ ...folder, write })).toEqual(made);
    expect(writes).toEqual([]);
  });

  it('is put back to import, where it is gone or another one', async () => {
    const folder = await makeFolder();
    const { tls } = await openIn(folder);
    const path = join(folder.path, 'callback.crt');
    await writeFile(path, 'another');
    expect(await openIn(folder)).toMatchObject({ tls, instructions: expect.stringContaining(path) });
    expect(await readFile(path, 'utf8')).toBe(tls.certificate);
  });

  it.each([
    ['366 days later', 366, true],
    ['368 days later', 368, false],
    ['398 days later', 398, false],
    ['a second before', -1 / 86_400, true],
    ['a day before', -1, false],
  ])('of 397 days is used %s: %s', async (_when, days, same) => {
    const folder = await makeFolder();
    const first = await openIn(folder);
    const second = await openIn(folder, later(days));
    expect(second.tls.certificate === first.tls.certificate).toBe(same);
    expect(findCertificateFault(second.tls, 'localhost', later(days))).toBeUndefined();
    expect(await openIn(folder, later(days))).toEqual(second);
  });

  const withoutKey = (pem: string): string => pem.slice(pem.indexOf('-----BEGIN CERTIFICATE'));
  const damage =
    (change: (pem: string) => string | Promise<string>) =>
    async (folder: string): Promise<void> => {
      const file = join(folder, 'callback.pem');
      await writeFile(file, await change(await readFile(file, 'utf8')));
    };
  const withAnotherKey = async (pem: string): Promise<string> =>
    (await createSelfSignedCertificate([], NOW)).privateKey + withoutKey(pem);

  it.each<[string, (folder: string) => Promise<void>]>([
    ['is empty', damage(() => '')],
    ['is no PEM', damage(() => 'nonsense')],
    ['is cut short', damage((pem) => pem.slice(0, -200))],
    ['lacks its key', damage(withoutKey)],
    ['has the key of another one', damage(withAnotherKey)],
    ['others can read', (folder) => chmod(join(folder, 'callback.pem'), 0o644)],
    ['others can change', (folder) => chmod(join(folder, 'callback.pem'), 0o620)],
  ])('is replaced where the file %s', async (_name, spoil) => {
    const folder = await makeFolder();
    const first = await openIn(folder);
    await spoil(folder.path);
    const second = await openIn(folder);
    expect(second.tls.certificate).not.toBe(first.tls.certificate);
    expect(second.warnings).toEqual([]);
    expect(await modeOf(join(folder.path, 'callback.pem'))).toBe(0o600);
    expect(await modeOf(folder.path)).toBe(0o700);
    expect(await openIn(folder)).toEqual(second);
  });

  it.each([
    ['used', 'every address of this machine', ['localhost', '127.0.0.1', '::1'], true],
    ['replaced', 'some addresses of this machine alone', ['localhost', '127.0.0.1'], false],
  ])('is %s where it is for %s', async (_done, _which, hosts, same) => {
    const folder = await makeFolder();
    const issued = issueCertificate(hosts);
    await folder.write('callback.pem', issued.privateKey + issued.certificate, { replace: false });
    const { tls } = await openIn(folder, inDays(-1));
    expect(tls.certificate === issued.certificate).toBe(same);
    expect(await openIn(folder, inDays(-1))).toMatchObject({ tls });
  });

  it('is one working pair for all of several that make it at once', async () => {
    const folder = await makeFolder();
    const made = await Promise.all(Array.from({ length: 6 }, () => openIn(folder)));
    for (const { tls } of made) expect(findCertificateFault(tls, 'localhost', NOW)).toBeUndefined();
    expect(new Set(made.map(({ tls }) => tls.certificate)).size).toBe(1);
    expect(await openIn(folder)).toEqual(made[0]);
    expect((await readdir(folder.path)).sort()).toEqual(['callback.crt', 'callback.pem']);
  });
});

it('a certificate that another login wrote first, broken, is made anew', async () => {
  const folder = await makeFolder();
  let writes = 0;
  const raced: PrivateFolder = {
    ...folder,
    write: async (name, text, options) => {
      if (writes++ === 0) await folder.write(name, 'broken', options);
      return folder.write(name, text, options);
    },
  };
  const { tls, warnings } = await openIn(raced);
  expect(warnings).toEqual([]);
  expect(await openIn(folder)).toMatchObject({ tls });
});

it('a certificate that another login replaces at the same moment is theirs for both', async () => {
  const folder = await makeFolder();
  await folder.write('callback.pem', 'broken', { replace: false });
  const theirs = await createSelfSignedCertificate([], NOW);
  const raced: PrivateFolder = {
    ...folder,
    write: async (name, text, options) => {
      await folder.write(name, text, options);
      if (name === 'callback.pem' && options.replace)
        await folder.write(name, theirs.privateKey + theirs.certificate, options);
    },
  };
  expect((await openIn(raced)).tls.certificate).toBe(theirs.certificate);
});

it('a disk that is full is not asked to replace what is there', async () => {
  const written: unknown[] = [];
  const full: PrivateFolder = {
    ...(await makeFolder()),
    write: async (...args) => {
      written.push(args);
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    },
  };
  expect((await openIn(full)).warnings.join()).toMatch(/cannot be written \(ENOSPC\)/);
  expect(written).toHaveLength(1);
});

it('a certificate that cannot be laid beside its key for import is kept and used all the same', async () => {
  const folder = await makeFolder();
  await mkdir(join(folder.path, 'callback.crt'), { recursive: true, mode: 0o700 });
  const { tls, warnings, instructions } = await openIn(folder);
  expect(warnings).toEqual([]);
  expect(instructions).not.toContain('import');
  expect(await openIn(folder)).toMatchObject({ tls });
});

describe('a certificate for one run', () => {
  it('is made where there is no folder, with a warning', async () => {
    const made = await openIn(undefined);
    expect(made.warnings.join()).toMatch(
      /for this run only: there is no folder to keep it in; set XDG_CONFIG_HOME to one$/,
    );
    expect(made.instructions).not.toContain('import');
    expect(findCertificateFault(made.tls, 'localhost', NOW)).toBeUndefined();
    expect(namesOf(made)).toBe(LOOPBACK_NAMES);
  });

  it('is made where the folder fails without a code, with a warning', async () => {
    const folder = { ...(await makeFolder()), write: () => Promise.reject(new Error('no code')) };
    const { warnings } = await openIn(folder);
    expect(warnings.join()).toContain(`: ${folder.path} cannot be written (unknown error)`);
  });

  const linkFile = async (folder: string): Promise<void> => {
    await mkdir(folder, { mode: 0o700 });
    await symlink(join(folder, '..', 'target'), join(folder, 'callback.pem'));
  };
  const openToOthers = async (folder: string): Promise<void> => {
    await mkdir(folder);
    await chmod(folder, 0o770);
  };
  const makeFolderOfFile = (folder: string) => mkdir(join(folder, 'callback.pem'), { recursive: true });

  it.each<[string, (folder: string) => Promise<unknown>, RegExp]>([
    ['the folder’s place is taken by a file', (folder) => writeFile(folder, ''), /ENOTDIR/],
    ['the folder is a symbolic link', (folder) => symlink('/tmp', folder), /ELOOP/],
    ['the file is a symbolic link', linkFile, /ELOOP/],
    ['the file’s place is taken by a folder', makeFolderOfFile, /EFTYPE/],
    ['others can write to the folder', openToOthers, /so it is not used\. Check .*chmod go-w/],
  ])('is made where %s, with a warning', async (_name, spoil, reason) => {
    const folder = await makeFolder();
    await spoil(folder.path);
    const made = await openIn(folder);
    expect(made.warnings.join()).toMatch(reason);
    expect(made.warnings.join()).toContain(folder.path);
    expect(made.instructions).not.toContain('import');
    expect(findCertificateFault(made.tls, 'localhost', NOW)).toBeUndefined();
    expect(await readdir(join(folder.path, '..'))).toEqual(['sgid']);
  });

  it('is made for an address that no certificate is kept for', async () => {
    const folder = await makeFolder();
    const made = await openIn(folder, NOW, '127.9.8.7');
    expect(findCertificateFault(made.tls, '127.9.8.7', NOW)).toBeUndefined();
    expect(made.instructions).not.toContain('import');
    await expect(readdir(folder.path)).rejects.toThrow('ENOENT');
  });
});
