import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listFaults } from '../../../src/mock/faults.ts';
import { PERSONAS } from '../../../src/mock/personas.ts';
import type { ServerResponse } from '../../../src/system/http-server.ts';
import { createTestProvider, send } from './relying-party.ts';

const DOCS = readFileSync(new URL('../../../docs/mock.md', import.meta.url), 'utf8');

/** The calls with curl that the page shows: path and body. */
const CALLS = [...DOCS.matchAll(/^curl \$mock(\/\S+)(?: -H "\$json" -d '([^']*)')?/gm)].map(
  ([, path = '', body]) => ({ path: `/_mock${path}`, body }),
);

function call(path: string, body: string | undefined): Promise<ServerResponse> {
  return send(createTestProvider({ control: true }), path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { host: 'localhost', 'content-type': 'application/json' },
    body: body ?? '',
  });
}

describe('docs/mock.md', () => {
  it('shows every call of the control API', async () => {
    const { error_description } = JSON.parse((await call('/_mock', undefined)).body);
    const known = String(error_description).replace('no such call; there are ', '').split(', ');
    expect(CALLS.map(({ path }) => path).sort()).toEqual(known.sort());
  });

  it.each(CALLS)('shows a call that works: $path $body', async ({ path, body }) => {
    const answer = await call(path, body);
    expect([200, 204]).toContain(answer.status);
  });

  it('counts the people and the faults', () => {
    const words = new Map([
      ['fourteen', 14],
      ['twenty-four', 24],
    ]);
    const [, people = ''] = /lists the ([\w-]+)\. A file adds/.exec(DOCS) ?? [];
    const [, faults = ''] = /^\| faults +\| ([\w-]+) /m.exec(DOCS) ?? [];
    expect([words.get(people), words.get(faults)]).toEqual([PERSONAS.length, listFaults().length]);
  });
});
