import { describe, expect, it } from 'vitest';
import {
  describeNonClientId,
  describeNonPublic,
  describeNonSecret,
  describeNonValue,
  unwrapValue,
} from '../../../src/text/credential-value.ts';

describe('unwrapValue', () => {
  it.each([
    [' \uFEFF"a"\r\n', 'a'],
    ['"\n\'a\n b\' "', 'a\n b'],
    [`\`"'a'"\``, 'a'],
    [`"\`"'a'"\`"`, `'a'`],
    ['\u201c\u2018a\nb\u2019\u201d', 'a\nb'],
    ['""', ''],
    ...['"', '"a', `"a'`, 'a"b"', '"a"b', '\u201ca\u2019', 'x\u201ca\u201d', '\u2018a\u2019x'].map((text) => [
      text,
      text,
    ]),
  ])('makes %j %j', (text, bare) => {
    expect(unwrapValue(text)).toBe(bare);
  });
});

const REFERENCE = 'an unresolved reference';

describe('describeNonValue', () => {
  it.each<[what: string, texts: readonly string[]]>([
    [`${REFERENCE} (\${NAME})`, [`\${NAME}`, `\${}`, `\${a.b:-c d}`]],
    [`${REFERENCE} ($NAME)`, ['$NAME', '$a_1', '$_']],
    [`${REFERENCE} (%NAME%)`, ['%NAME%', '%a_1%', '%_%']],
    [`${REFERENCE} ($(command))`, ['$(cat a)', '$()', '$(a\nb)']],
    [`${REFERENCE} (\${{ secrets.NAME }})`, [`\${{ secrets.NAME }}`, '{{a}}', '{{}}', '{{ a\n{b} }}']],
    [
      `${REFERENCE} (op://...)`,
      [
        ...['op://', 'OP://vault/a', 'vault://a', 'bws://a', 'doppler://a', 'infisical://a', 'akv://a'],
        ...[
          'aws-sm://a',
          'awssm://a',
          'gcp-sm://a',
          'gcpsm://a',
          'secret://a',
          'ref+vault://a',
          'ref+a_1://b',
        ],
      ],
    ],
    [
      `${REFERENCE} (secretref:..., vault:..., keyvault:...)`,
      ['secretref:a', 'SecretRef:', 'vault:a', 'keyvault:a', 'sm://a', 'SM://'],
    ],
    [`${REFERENCE} (__NAME__, #{NAME}#)`, ['__NAME__', '__a__', '#{NAME}#', '#{a b}', '#{}']],
    ['a whole line NAME=value', ['SGID_CLIENT_ID=a', 'export SGID_CLIENT_ID=', 'export  \tSGID_X=a']],
    [`${REFERENCE} (@Microsoft.KeyVault)`, ['@Microsoft.KeyVault(a)', '@microsoft.keyvault(']],
    [
      `${REFERENCE} (arn:aws:...)`,
      ['arn:aws:secretsmanager:x:1:secret:a', 'arn:aws:ssm:a', 'arn:aws-us-gov:ssm:a'],
    ],
    [`${REFERENCE} (projects/.../secrets/...)`, ['projects/1/secrets/a', 'projects/a-b/secrets/']],
    [
      `${REFERENCE} (env:NAME, file:/path), which only a profile resolves`,
      ['env:NAME', 'env:a_1', 'env:_', 'command:a\nb', 'command:a'],
    ],
    [
      'a value that is still encrypted (encrypted:..., ENC[...])',
      ['encrypted:a', 'encrypted:', 'ENC[a]', 'ENC['],
    ],
    [
      'a masked value (***)',
      [
        '***',
        '\u2022\u2022\u2022',
        '\u25cf\u25cf\u25cf*',
        '[redacted]',
        '[REDACTED]',
        '(hidden)',
        '<hidden>',
      ],
    ],
    [
      'a placeholder',
      [
        ...[
          '<your id>',
          '<>',
          '[client id]',
          '[]',
          '...',
          '.........',
          '\u2026',
          'xxx',
          'XXXX',
          'TODO',
          'tbd',
        ],
        ...[
          'fixme',
          'placeholder',
          'CHANGE_ME',
          'changeme!',
          'change this',
          'replace-it...',
          'your-id',
          'your_id',
        ],
        ...['Enter your id', 'insert_it', 'paste here', 'put-it', 'your-1a2b3c4d-x', 'your-1a2b3c4'],
      ],
    ],
    ['the word for a missing value', ['undefined', 'NULL', 'none', 'NaN']],
  ])('recognises %s', (what, texts) => {
    for (const text of texts) expect([text, describeNonValue(text)]).toEqual([text, what]);
  });

  it.each([
    ...[
      'a',
      `a\${NAME}`,
      `\${NAME}b`,
      `\${a{b}`,
      '$',
      '$1',
      '$a-b',
      '$a.b',
      'a$b',
      '%',
      '%%',
      '%1%',
      '%a-b%',
      'a%b%',
    ],
    ...[
      '%b%a',
      'a$(b)',
      '$(b)a',
      '$(b',
      '$b)',
      'a{{b}}',
      '{{b}}a',
      '{{b}',
      '{b}}',
      'aop://b',
      'op:/',
      'ops://a',
    ],
    ...[
      'ref+://a',
      'ref+a-b://c',
      'awsxsm://a',
      'avault:b',
      'vaults:b',
      'asm://b',
      'sm:/b',
      '__',
      '____',
      '__a',
      'a__',
    ],
    ...[
      'a__b__',
      '__b__a',
      '__a-b__',
      '#{a',
      '#{a}b',
      'a#{b}',
      '#{a{b}',
      'aSGID_B=c',
      'SGID_=',
      'SGID_b=',
      'SGID_B',
    ],
    ...[
      'exportSGID_B=c',
      'a@Microsoft.KeyVault(',
      '@Microsoft.KeyVault',
      '@MicrosoftXKeyVault(',
      'arn:aws:s3:a',
    ],
    ...['aarn:aws:ssm:a', 'arn:aws b:ssm:', 'arn:awsssm:', 'aprojects/1/secrets/', 'projects//secrets/a'],
    ...[
      'projects/a b/secrets/c',
      'projects/a/b/secrets/c',
      'aenv:B',
      'env:',
      'env:1',
      'env:a-b',
      'acommand:b',
      'command:',
    ],
    ...[
      'aencrypted:b',
      'aENC[',
      'a***',
      '***a',
      '**',
      'a[redacted]',
      '[redacted]a',
      '(hidden)a',
      'a<b>',
      '<a>b',
      '<a<b>',
    ],
    ...[
      'a[b]',
      '[a]b',
      '[a[b]',
      '..',
      '..........',
      '\u2026\u2026',
      'xx',
      'axxx',
      'xxxa',
      'atodo',
      'todoa',
      'todo?',
    ],
    ...[
      'change--me',
      'me',
      'change',
      'ayour-id',
      'yourid',
      'your-id.',

      'YOUR-RIDE-1a2b3c4d',
      'your-1a2b3c4d',
    ],
    ...['put a b-0badc0de', 'aundefined', 'nullb'],
  ])('takes %j for a value', (text) => {
    expect(describeNonValue(text)).toBeUndefined();
  });
});

it.each([
  [`https://\${HOST}/a`, REFERENCE],
  ['a{{b', REFERENCE],
  ['a}}b', REFERENCE],
  ['a<b>c', REFERENCE],
  ['<id>', 'a placeholder'],
  [`a\${b`, undefined],
  ['a{b}', undefined],
  ['a<>b', undefined],
  ['a<b', undefined],
  ['a b', undefined],
])('what is public may be %j: %s', (text, what) => {
  expect(describeNonPublic(text)).toBe(what);
});

it.each([
  ['TEST-1a2b3c4d', undefined],
  ['TEST 1a2b3c4d', 'white space'],
  ['TEST\t1a2b3c4d', 'white space'],
  ['TEST\u200b1a2b3c4d', 'invisible characters'],
  ['TEST\u{e0041}1a2b3c4d', 'invisible characters'],
  ['TEST-<id>', REFERENCE],
])('a client id may be %j: %s', (text, what) => {
  expect(describeNonClientId(text)).toBe(what);
});

it.each([
  ['a b\tc', undefined],
  [`<a\${b}>`, undefined],
  ['a-----BEGIN A-----\n', 'a PEM key or certificate'],
  ['a\rb', 'more than one line'],
  ['a\nb', 'more than one line'],
  ['a\u0000b', 'invisible characters'],
  ['a\u200bb', 'invisible characters'],
])('a client secret may be %j: %s', (text, what) => {
  expect(describeNonSecret(text)).toBe(what);
});
