import SgidClient, { generatePkcePair, type SgidClientParams } from 'sgid-cli';

export interface Session {
  state: string;
  nonce?: string;
  codeVerifier: string;
}

/** The login of an application: what it does with sgID, without a web server around it. */
export class Login {
  private readonly client: SgidClient;

  constructor(params: SgidClientParams) {
    this.client = new SgidClient(params);
  }

  start(state: string): { url: string; session: Session } {
    const { codeVerifier, codeChallenge } = generatePkcePair();
    const { url, nonce } = this.client.authorizationUrl({
      state,
      scope: 'openid myinfo.name',
      codeChallenge,
    });
    return { url, session: { state, nonce, codeVerifier } };
  }

  async finish({ state, nonce, codeVerifier }: Session, callback: URL): Promise<string> {
    const code = callback.searchParams.get('code');
    if (code === null || callback.searchParams.get('state') !== state)
      throw new Error('not the callback of this login');
    const tokens = await this.client.callback({ code, nonce, codeVerifier });
    const { data } = await this.client.userinfo<'openid myinfo.name'>(tokens);
    return data['myinfo.name'];
  }
}
