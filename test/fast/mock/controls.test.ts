import { describe, expect, it } from 'vitest';
import {
  createTestProvider,
  getUserinfo,
  obtainCode,
  obtainTokens,
  postToken,
  send,
  tokenForm,
} from './relying-party.ts';

const TEN_MINUTES = 600_000;

describe('the clock', () => {
  it('lets codes and tokens expire when it is put forward', async () => {
    const provider = createTestProvider();
    const code = await obtainCode(provider);
    const { access_token } = await obtainTokens(provider);
    provider.advanceTime(TEN_MINUTES);
    expect(JSON.parse((await postToken(provider, tokenForm(code))).body).error_description).toContain(
      'expired',
    );
    const userinfo = await getUserinfo(provider, `Bearer ${access_token}`);
    expect(JSON.parse(userinfo.body).error_description).toContain('expired');
  });

  it('dates ID tokens and the log', async () => {
    const now = Date.UTC(2030, 0, 1);
    const provider = createTestProvider({ now: () => now });
    provider.advanceTime(TEN_MINUTES);
    const { id_token } = await obtainTokens(provider);
    const { iat } = JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString());
    expect(iat).toBe((now + TEN_MINUTES) / 1000);
    expect(provider.requests()[0]?.time).toBe('2030-01-01T00:10:00.000Z');
  });

  it('adds up, and the reset takes it all back', async () => {
    const now = Date.UTC(2030, 0, 1);
    const provider = createTestProvider({ now: () => now });
    const timeOf = async (): Promise<string | undefined> => {
      await send(provider, '/v2/health');
      return provider.requests().at(-1)?.time;
    };
    provider.advanceTime(1.5);
    provider.advanceTime(0);
    provider.advanceTime(TEN_MINUTES);
    expect(await timeOf()).toBe('2030-01-01T00:10:00.001Z');
    provider.reset();
    expect(await timeOf()).toBe('2030-01-01T00:00:00.000Z');
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 1e300, Date.UTC(9999, 11, 31)])(
    'is not put forward by %d, and goes on answering',
    async (milliseconds) => {
      const provider = createTestProvider();
      expect(() => provider.advanceTime(milliseconds)).toThrow(
        expect.objectContaining({ code: 'ERR_USAGE' }),
      );
      expect((await send(provider, '/v2/health')).status).toBe(200);
    },
  );

  it('is not led past the end by many small steps', () => {
    const provider = createTestProvider();
    const fiveThousandYears = 5_000 * 365 * 24 * 3_600_000;
    provider.advanceTime(fiveThousandYears);
    expect(() => provider.advanceTime(fiveThousandYears)).toThrow(/year 9999/);
  });
});

describe('a persona that does not exist', () => {
  it.each(['nobody', '', 'constructor', '__proto__'])('%j is refused, with those that do', (id) => {
    expect(() => createTestProvider().queuePersona(id)).toThrow(
      expect.objectContaining({ code: 'ERR_USAGE', hint: expect.stringContaining('wei-ming') }),
    );
  });
});

describe('the reset', () => {
  it('forgets codes, tokens and the log', async () => {
    const provider = createTestProvider();
    const code = await obtainCode(provider);
    const { access_token } = await obtainTokens(provider);
    provider.reset();
    expect(provider.requests()).toEqual([]);
    expect((await postToken(provider, tokenForm(code))).status).toBe(400);
    expect((await getUserinfo(provider, `Bearer ${access_token}`)).status).toBe(401);
  });

  it('leaves a provider that is as good as new', async () => {
    const provider = createTestProvider();
    provider.reset();
    await expect(obtainTokens(provider)).resolves.toHaveProperty('access_token');
  });
});
