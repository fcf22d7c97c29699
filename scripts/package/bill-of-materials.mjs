// The bill of materials of a binary, as CycloneDX has it: https://cyclonedx.org/docs/1.6/json/
import { readFileSync } from 'node:fs';

const lockfile = new URL('../../package-lock.json', import.meta.url);

/**
 * Lists what is in the binaries.
 *
 * @param {object} of
 * @param {string} of.version The program's own.
 * @param {string} of.nodeVersion
 * @param {{ name: string, version: string, license: string }[]} of.packages Those whose code is bundled.
 * @returns {object} A CycloneDX document. It says no time, so that the same build gives the same document.
 */
export function describeMaterials({ version, nodeVersion, packages }) {
  const { packages: locked } = JSON.parse(readFileSync(lockfile, 'utf8'));
  const runtime = {
    type: 'platform',
    'bom-ref': `pkg:generic/node@${nodeVersion}`,
    name: 'node',
    version: nodeVersion,
    purl: `pkg:generic/node@${nodeVersion}`,
  };
  const components = [runtime, ...packages.map((bundled) => describeComponent(bundled, locked))];
  const self = describeComponent({ name: 'sgid-cli', version, license: 'MIT' }, {}, 'application');
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: self },
    components,
    dependencies: [{ ref: self['bom-ref'], dependsOn: components.map((component) => component['bom-ref']) }],
  };
}

function describeComponent({ name, version, license }, locked, type = 'library') {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const entry = Object.entries(locked).find(
    ([path, { version: found }]) => path.endsWith(`node_modules/${name}`) && found === version,
  );
  const sha512 = /^sha512-(.+)$/.exec(entry?.[1].integrity ?? '')?.[1];
  return {
    type,
    'bom-ref': purl,
    name,
    version,
    ...(sha512 && { hashes: [{ alg: 'SHA-512', content: Buffer.from(sha512, 'base64').toString('hex') }] }),
    // A choice of licences is an expression, a single one an identifier.
    licenses: [/ /.test(license) ? { expression: license } : { license: { id: license } }],
    purl,
  };
}
